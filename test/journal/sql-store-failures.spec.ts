/** What the store makes of each way in which a commit can fail, beside a database that fails by hand. */
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { SqlStore } from '../../src/journal/sql-store.ts';
import type { Observation } from '../../src/lib/observe.ts';
import { type Epoch, NotOwner } from '../../src/ownership/epoch.ts';
import { NOTHING, NOTHING_WANTED } from '../support/nothing.ts';

type Settled = boolean | null | 'cannot tell';

const errorOf = (code: string | null) => Object.assign(new Error(`failed with ${code}`), code === null ? {} : { code });

/** A store whose commits throw what `thrown` says, once they were sent or before. What became of a batch is answered from `settled`, the last for ever. */
function storeWith(thrown: () => unknown, wasSent: boolean, settled: readonly Settled[] = []) {
  const seen: Observation[] = [];
  const deposed: unknown[] = [];
  const asked: number[] = [];
  const reads: string[] = [];
  const epoch = {
    number: 1,
    owner: 'o',
    nextBatch: 7,
    committed: () => {},
    settle: async (batch: number) => {
      const answer = settled[Math.min(asked.push(batch), settled.length) - 1] ?? null;
      if (answer === 'cannot tell') throw errorOf('08006');
      return answer;
    },
  } as unknown as Epoch;
  const database = {
    send: async (_sql: string, _args: unknown, onSending: () => void) => {
      if (wasSent) onSending();
      const error = thrown();
      if (error !== null) throw error;
    },
    query: async (sql: string) => {
      reads.push(sql);
      return [];
    },
    sever: () => {},
  } as unknown as Database;
  const ownership = { epoch, deposed: (one: Epoch) => void deposed.push(one) };
  const store = new SqlStore(database, ownership, (one) => seen.push(one), { settleMs: 150 });
  return { store, epoch, seen, deposed, asked, reads };
}

describe('a commit that the database refused', () => {
  it.each([
    ['SK001', 'lost'],
    ['SK002', 'lost'],
    ['23505', 'lost'],
    ['23514', 'refused'],
    ['22003', 'refused'],
    ['40001', 'aborted'],
    ['42P01', 'aborted'],
    ['42723', 'aborted'],
    ['24000', 'aborted'],
    ['XX000', 'aborted'],
    ['53100', 'aborted'],
    ['57014', 'aborted'],
  ])('is certainly not written: %s is %s', async (code, kind) => {
    for (const wasSent of [false, true]) {
      const error = errorOf(code);
      const { store, epoch, deposed, asked } = storeWith(() => error, wasSent);
      expect(await store.commit([NOTHING])).toEqual(kind === 'lost' ? { kind } : { kind, error });
      expect(asked).toEqual([]);
      // That the epoch has ended is known of one that was asked.
      expect(deposed).toEqual(code === 'SK001' && wasSent ? [epoch] : []);
    }
  });
});

describe('a commit on a wire that broke', () => {
  const broken = [
    null,
    'EPIPE',
    'ERROR',
    'ECONNRESET',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    '08006',
    '08P01',
    '57P01',
    '57P03',
  ];

  it.each(broken)('is certainly not written when it was not sent: %s', async (code) => {
    const error = errorOf(code);
    const { store, asked } = storeWith(() => error, false);
    expect(await store.commit([NOTHING])).toEqual({ kind: 'aborted', error });
    expect(asked).toEqual([]);
  });

  it.each(broken)('is settled by asking when it was: %s', async (code) => {
    const error = errorOf(code);
    for (const [settled, result] of [
      [true, { kind: 'committed' }],
      [false, { kind: 'aborted', error }],
      [null, { kind: 'unknown', error }],
    ] as const) {
      const { store, epoch, seen, deposed, asked } = storeWith(() => error, true, [settled]);
      expect(await store.commit([NOTHING])).toEqual(result);
      expect(asked).toEqual([7]);
      expect(seen).toEqual([{ kind: 'commit_settled', committed: settled }]);
      expect(deposed).toEqual(settled === null ? [epoch] : []);
    }
  });

  it('is asked for again while nobody can tell', async () => {
    const { store, seen, asked } = storeWith(() => errorOf(null), true, ['cannot tell', true]);
    expect(await store.commit([NOTHING])).toEqual({ kind: 'committed' });
    expect(asked).toEqual([7, 7]);
    expect(seen).toHaveLength(1);
  });

  it('is unknown at last, and nothing is read or written until it is settled', async () => {
    const error = errorOf(null);
    let next: unknown = error;
    let canTell = false;
    const { store, epoch, seen, reads } = storeWith(() => next, true);
    Object.assign(epoch, {
      settle: async () => {
        if (!canTell) throw errorOf('08006');
        return true;
      },
    });
    expect(await store.commit([NOTHING])).toEqual({ kind: 'unknown', error });
    next = null;
    await expect(store.load(NOTHING_WANTED)).rejects.toMatchObject({ code: '08006' });
    expect(await store.commit([NOTHING])).toMatchObject({ kind: 'aborted', error: { code: '08006' } });
    expect([reads, seen]).toEqual([[], []]);
    canTell = true;
    expect(await store.commit([NOTHING])).toEqual({ kind: 'committed' });
    expect(seen).toEqual([{ kind: 'commit_settled', committed: true }]);
    expect(await store.commit([NOTHING])).toEqual({ kind: 'committed' });
    expect(seen).toHaveLength(1);
  });
});

describe('a commit that never came to the database', () => {
  it('is lost when this process does not own it', async () => {
    const { store } = storeWith(() => new NotOwner('another process owns the database'), false);
    expect(await store.commit([NOTHING])).toEqual({ kind: 'lost' });
  });

  it('is aborted by what is thrown, whatever that is', async () => {
    const { store } = storeWith(() => 'a word', false);
    expect(await store.commit([NOTHING])).toEqual({ kind: 'aborted', error: new Error('a word') });
  });
});
