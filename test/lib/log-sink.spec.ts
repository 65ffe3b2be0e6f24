import { once } from 'node:events';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LogSink, PENDING_BYTES_MAX } from '../../src/lib/log-sink.ts';
import { createLog } from '../../src/log.ts';

/** A stream whose reader takes nothing until it is told to. */
class Held extends Writable {
  readonly taken: string[] = [];
  #take: (() => void) | null = null;
  #isOpen = false;

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const take = () => {
      this.taken.push(bytes.toString());
      done();
    };
    if (this.#isOpen) take();
    else this.#take = take;
  }

  open(): void {
    this.#isOpen = true;
    this.#take?.();
  }
}

describe('a log that nobody reads', () => {
  it('keeps a little, drops and counts the rest, and tells that once when it is read', async () => {
    const stream = new Held();
    const sink = new LogSink(stream);
    const log = createLog('info', sink);
    const lines = 5000;
    for (let n = 0; n < lines; n++) log.info({ filling: 'x'.repeat(1000) }, 'said');
    expect(stream.writableLength).toBeLessThanOrEqual(PENDING_BYTES_MAX);
    expect(sink.dropped).toBeGreaterThan(0);
    const { dropped } = sink;
    const flows = once(stream, 'drain');
    stream.open();
    await flows;
    log.info({}, 'said again');
    const told = stream.taken.map((line) => JSON.parse(line) as { readonly msg: string; readonly lines?: number });
    expect(told).toHaveLength(lines - dropped + 2);
    expect(told.at(-2)).toMatchObject({
      level: 40,
      lines: dropped,
      msg: 'lines of the log were dropped: nobody took them',
    });
    expect(told.at(-1)).toMatchObject({ msg: 'said again' });
  });

  it('does not hold up the end', async () => {
    await new LogSink(new Held()).end();
  });
});

describe('a log that is closed', () => {
  it('counts what it is given', async () => {
    const stream = new Writable({ write: (_bytes, _encoding, done) => done(new Error('EPIPE')) });
    const sink = new LogSink(stream);
    const log = createLog('info', sink);
    log.info({}, 'said');
    await expect.poll(() => sink.dropped).toBe(1);
    log.info({}, 'said again');
    await expect.poll(() => sink.dropped).toBe(2);
    await sink.end();
  });
});
