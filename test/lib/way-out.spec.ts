/** Signals and errors to a process that is no process. */
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Ending, openWayOut } from '../../src/lib/way-out.ts';

const WITHIN_MS = 9000;

let told: string[];
let codes: unknown[];
let closings: PromiseWithResolvers<void>[];
let process: EventEmitter;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  codes = [];
  closings = [];
  process = Object.assign(new EventEmitter(), { exit: (code: unknown) => codes.push(code) });
  const tell = (_facts: object, message: string) => {
    told.push(message);
  };
  const log = { trace: tell, info: tell, warn: tell, error: tell, fatal: tell };
  const close = () => {
    const closing = Promise.withResolvers<void>();
    closings.push(closing);
    return closing.promise;
  };
  openWayOut({ signals: ['SIGTERM', 'SIGINT'], withinMs: WITHIN_MS, log, close }, process as unknown as Ending);
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the first signal', () => {
  it('closes, and ends with 0 when that is done', async () => {
    process.emit('SIGTERM', 'SIGTERM');
    expect(closings).toHaveLength(1);
    expect(codes).toEqual([]);
    closings[0]?.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(codes).toEqual([0]);
  });

  it('ends with 1 when closing fails', async () => {
    process.emit('SIGINT', 'SIGINT');
    closings[0]?.reject(new Error('no'));
    await vi.advanceTimersByTimeAsync(0);
    expect(codes).toEqual([1]);
    expect(told).toContain('closing failed');
  });

  it('ends with 1 when closing takes too long', async () => {
    process.emit('SIGTERM', 'SIGTERM');
    await vi.advanceTimersByTimeAsync(WITHIN_MS - 1);
    expect(codes).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(codes).toEqual([1]);
  });
});

describe('what comes while it closes', () => {
  it.each(['SIGTERM', 'SIGINT', 'uncaughtException', 'unhandledRejection'])('changes nothing: %s', async (event) => {
    process.emit('SIGTERM', 'SIGTERM');
    await vi.advanceTimersByTimeAsync(WITHIN_MS - 1);
    process.emit(event, event);
    expect(closings).toHaveLength(1);
    expect(codes).toEqual([]);
    closings[0]?.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(codes).toEqual([0]);
  });
});

describe('an error that nobody caught', () => {
  it('closes, and ends with 1', async () => {
    process.emit('uncaughtException', new Error('unforeseen'));
    closings[0]?.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(codes).toEqual([1]);
    expect(told).toEqual(['closing after an unexpected error']);
  });
});

describe('a timer that cannot open a file', () => {
  it.each(['EMFILE', 'ENFILE'])('does not end the process: %s', (code) => {
    process.emit('uncaughtException', Object.assign(new Error(`${code}: too many open files`), { code }));
    expect(closings).toEqual([]);
    expect(told).toEqual(['no file could be opened: ulimit -n is too low for what is open']);
  });
});
