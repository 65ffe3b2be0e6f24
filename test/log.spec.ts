import { Writable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { logObservation, logOptions } from '../src/log.ts';

function written(log: (logger: pino.Logger) => void): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  log(pino(logOptions('trace'), sink));
  return lines;
}

describe('an observation with an error of the database', () => {
  it('is a line with its facts and its code, and without the row that failed', () => {
    const error = Object.assign(new Error('violates check constraint'), {
      code: '23514',
      constraint: 'skus_counters',
      detail: 'Failing row contains (a, customer-7)',
    });
    const [line] = written((log) =>
      logObservation(log, { kind: 'batch_failed', result: 'refused', entries: 3, behind: 1, error }),
    );
    expect(line).toMatchObject({
      level: 40,
      msg: 'batch_failed',
      result: 'refused',
      entries: 3,
      behind: 1,
      err: { code: '23514', constraint: 'skus_counters' },
    });
    expect(JSON.stringify(line)).not.toContain('customer-7');
  });

  it('tells the cause behind it', () => {
    const error = new Error('the database could not be read', { cause: new Error('ECONNREFUSED') });
    const [line] = written((log) => logObservation(log, { kind: 'load_failed', error }));
    expect(line).toMatchObject({
      err: { message: 'the database could not be read', cause: { message: 'ECONNREFUSED' } },
    });
  });
});

describe('headers that carry credentials', () => {
  it('are not written', () => {
    const lines = written((log) => log.info({ headers: { authorization: 'Bearer secret', cookie: 'secret' } }, 'x'));
    expect(JSON.stringify(lines)).not.toContain('secret');
  });
});
