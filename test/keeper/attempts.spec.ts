/** How often a request is decided, when, and with which result. */
import { describe, expect, it } from 'vitest';
import type { Decided } from '../../src/keeper/decider.ts';
import { Corrupt, corruptSku } from '../../src/lib/corrupt.ts';
import { away, DONE, decided, REFUSED, request, type Turn } from './attempts-by-hand.ts';

describe('a request', () => {
  it('is answered when all that its answer rests on is durable', async () => {
    for (const verdicts of [[], ['durable'], ['durable', 'durable']] as const) {
      const { run, pauses, seen, alone } = request([decided(DONE, ...verdicts)]);
      expect(await run()).toEqual(DONE);
      expect([pauses, seen, alone]).toEqual([[], [], [false]]);
    }
  });

  it('is decided again when that is lost, after longer and longer, and alone from the third time on', async () => {
    for (const [random, expected] of [
      [0, [2, 4, 8, 10, 10]],
      [1, [4, 8, 16, 20, 20]],
    ] as const) {
      const lost = decided(DONE, 'durable', 'lost');
      const all = request([lost, away, lost, lost, lost, decided(REFUSED, 'durable')]);
      all.random.next = random;
      expect(await all.run()).toEqual(REFUSED);
      expect(all.pauses).toEqual(expected);
      expect(all.alone).toEqual([false, false, true, true, true, true]);
    }
  });

  it('is given up after a bounded number of attempts, with what it failed for last', async () => {
    const { run, time, seen, alone } = request([away, decided(DONE, 'lost')], { attemptsMax: 4 });
    time.now += 2500;
    expect(await run()).toEqual({ outcome: { kind: 'unknown_outcome', retryAfterSeconds: 3 }, replayed: false });
    expect(alone).toHaveLength(4);
    expect(seen).toEqual([
      { kind: 'load_failed', error: away },
      { kind: 'gave_up', command: 'read_sku', attempts: 4, error: away },
    ]);
  });

  it('is given up after a bounded time', async () => {
    const slow = () => {
      time.now += 400;
      return away;
    };
    const { run, time, alone } = request([slow], { attemptsMs: 800 });
    expect((await run()).outcome.kind).toBe('unknown_outcome');
    expect([alone.length, time.now]).toEqual([2, 7800]);
  });

  // Red with: a request given up because of those before it in batches that failed.
  it('has had no attempt when its entry was not tried', async () => {
    const displaced = Array.from({ length: 20 }, () => decided(DONE, 'durable', 'displaced'));
    const { run, alone } = request([...displaced, decided(DONE, 'durable')]);
    expect(await run()).toEqual(DONE);
    expect(alone).toEqual(Array.from({ length: 21 }, () => false));
  });

  it('is unknown at once when what it rests on is', async () => {
    const { run, seen, alone } = request([decided(DONE, 'lost', 'unknown')]);
    expect((await run()).outcome.kind).toBe('unknown_outcome');
    expect([alone.length, seen]).toEqual([1, [{ kind: 'gave_up', command: 'read_sku', attempts: 1, error: null }]]);
  });

  it('that was answered meanwhile is not decided again, and not told of', async () => {
    const late = () => {
      admission.answer(taken, DONE);
      return decided(DONE, 'lost');
    };
    const { run, admission, taken, seen, alone } = request([late, decided(DONE, 'durable')]);
    expect((await run()).outcome.kind).toBe('unknown_outcome');
    expect([alone.length, seen]).toEqual([1, []]);
  });

  it('of one who stands by now is refused, and its failure to read is no news', async () => {
    const { run, world, seen } = request([
      () => {
        world.role = 'standby';
        return away;
      },
    ]);
    expect(await run()).toMatchObject({ outcome: { kind: 'standby' }, replayed: false });
    expect(seen).toEqual([]);
  });

  it('rejects for a bug', async () => {
    const { run, alone } = request([new Error('bug')]);
    await expect(run()).rejects.toThrow('bug');
    expect(alone).toHaveLength(1);
  });

  it.each<[string, readonly Turn[], number]>([
    ['that is stored', [new Corrupt({ kind: 'sku_quarantined', skuId: 'A', reason: 'r' }, true)], 1],
    ['that a turn finds twice', [corruptSku('A', 'r')], 2],
    ['that a turn finds of one SKU, then of another', [corruptSku('B', 'r'), corruptSku('A', 'r')], 3],
  ])('is told of a contradiction %s', async (_what, turns, decisions) => {
    const { run, alone, seen } = request(turns);
    expect(await run()).toMatchObject({ outcome: { kind: 'sku_quarantined', skuId: 'A' }, replayed: false });
    expect(alone).toHaveLength(decisions);
    expect(seen.map(({ kind }) => kind)).toEqual(['quarantined']);
  });
});

describe('a request that waits for stock', () => {
  const waits: Decided = { ...decided(REFUSED), waits: true };

  it.each([
    ['closing', 'closing'],
    ['dropped', 'cart_not_found'],
    ['again', 'cart_kept'],
  ] as const)('rests, and is woken: %s', async (woken, outcome) => {
    const resting: number[] = [];
    const patience = {
      woken: async () => {
        resting.push(all.admission.commands);
        return woken;
      },
    };
    const all = request([waits, decided(DONE)], {}, patience);
    expect(await all.run()).toMatchObject({ outcome: { kind: outcome }, replayed: false });
    expect(resting).toEqual([0]);
    expect(all.taken.isResting).toBe(woken !== 'again');
    // There is no pause: it is decided again as a new request would be.
    expect(all.pauses).toEqual([]);
  });
});
