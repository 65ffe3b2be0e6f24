import { describe, expect, it } from 'vitest';
import { type Entry, Journal } from '../../src/journal/journal.ts';
import type { Batch, CommitResult } from '../../src/journal/record.ts';
import { unobserved } from '../../src/lib/observe.ts';
import type { Facts } from '../../src/shop/facts.ts';
import { NOTHING } from '../support/nothing.ts';
import { keyFact } from './facts.ts';

const ABORTED: CommitResult = { kind: 'aborted', error: new Error('as planned') };

/** A journal whose commits end when the test says so. */
function journal(limits = { batchEntriesMax: 10, batchRowsMax: 100 }) {
  const batches: Batch[] = [];
  const endings: ((result: CommitResult) => void)[] = [];
  const lost: Entry[] = [];
  const kept = new Journal(
    {
      commit: (batch) => {
        batches.push(batch);
        return new Promise((resolve) => endings.push(resolve));
      },
    },
    limits,
    unobserved,
    { durable: () => {}, lost: (entries) => lost.push(...entries) },
    queueMicrotask,
  );
  const end = async (result: CommitResult = { kind: 'committed' }) => {
    endings.shift()?.(result);
    await new Promise(setImmediate);
  };
  const begun = () => new Promise(setImmediate);
  return { kept, batches, end, begun, lost };
}

let last = 0;
const facts = (): Facts => ({
  ...NOTHING,
  keys: [keyFact({ key: `k${++last}`, fingerprint: '', outcome: '', at: 0 })],
});
const sizes = (batches: readonly Batch[]) => batches.map((batch) => batch.length);

describe('entries that arrive together', () => {
  it('share a batch, and those that arrive meanwhile share the next', async () => {
    const { kept, batches, end, begun } = journal();
    const first = [kept.append(facts(), [], [], false), kept.append(facts(), [], [], false)];
    await begun();
    const second = [1, 2, 3].map(() => kept.append(facts(), [], [], false));
    expect(sizes(batches)).toEqual([2]);
    expect(first.map((entry) => entry.state)).toEqual(['committing', 'committing']);
    expect(second.map((entry) => entry.state)).toEqual(['waiting', 'waiting', 'waiting']);
    await end();
    expect(sizes(batches)).toEqual([2, 3]);
    expect(await Promise.all(first.map((entry) => entry.settled))).toEqual(['durable', 'durable']);
    await end();
    await kept.drained();
    expect(kept.waiting).toBe(0);
  });

  it('are taken in their order up to the limits, an oversized one by itself', async () => {
    const { kept, batches, end, begun } = journal({ batchEntriesMax: 3, batchRowsMax: 4 });
    const large: Facts = {
      ...facts(),
      skus: Array.from({ length: 9 }, () => ({ id: '', basis: 1, row: null, isWhole: false })),
    };
    const all = [facts(), facts(), facts(), facts(), large, facts()];
    for (const one of all) kept.append(one, [], [], false);
    await begun();
    for (let i = 0; i < 4; i++) await end();
    expect(batches).toEqual([all.slice(0, 3), [all[3]], [large], [all[5]]]);
  });

  it('leave one that must be alone alone', async () => {
    const { kept, batches, end, begun } = journal();
    for (const alone of [false, true, true, false]) kept.append(facts(), [], [], alone);
    await begun();
    for (let i = 0; i < 4; i++) await end();
    expect(sizes(batches)).toEqual([1, 1, 1, 1]);
  });
});

describe('a batch that is not committed', () => {
  it('takes with it all that stands on it, and what stands on that, and nothing else', async () => {
    const { kept, batches, end, begun, lost } = journal();
    const [a, b, c] = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
    const failed = kept.append(facts(), [a], [a], false);
    await begun();
    const onA = kept.append(facts(), [b], [a, b], false);
    const onB = kept.append(facts(), [], [b], false);
    const onC = kept.append(facts(), [c], [c], false);
    await end(ABORTED);
    expect(lost).toEqual([failed, onA, onB]);
    expect(await Promise.all([failed, onA, onB].map((entry) => entry.settled))).toEqual([
      'lost',
      'displaced',
      'displaced',
    ]);
    expect(sizes(batches)).toEqual([1, 1]);
    await end();
    expect(await onC.settled).toBe('durable');
  });

  it('says so before any asker hears of it', async () => {
    const heard: string[] = [];
    const kept = new Journal(
      { commit: async () => ABORTED },
      { batchEntriesMax: 9, batchRowsMax: 9 },
      unobserved,
      { durable: () => {}, lost: () => heard.push('evicted') },
      queueMicrotask,
    );
    await kept.append(facts(), [], [], false).settled.then((verdict) => heard.push(verdict));
    expect(heard).toEqual(['evicted', 'lost']);
  });

  it('is unknown to its own askers, and lost to those behind it', async () => {
    const { kept, end, begun } = journal();
    const sku = {};
    const sent = kept.append(facts(), [sku], [sku], false);
    await begun();
    const behind = kept.append(facts(), [sku], [sku], false);
    await end({ kind: 'unknown', error: new Error('wire') });
    expect(await sent.settled).toBe('unknown');
    expect(await behind.settled).toBe('displaced');
  });
});

describe('a batch that is committed', () => {
  // Red with: told after the promises have resolved, or not at all.
  it('is told as durable while its entries still name whom they changed, and before any asker hears of it', async () => {
    const heard: unknown[] = [];
    const sku = {};
    const kept = new Journal(
      { commit: async () => ({ kind: 'committed' }) },
      { batchEntriesMax: 9, batchRowsMax: 9 },
      unobserved,
      { durable: (entries) => heard.push(...entries.flatMap((entry) => entry.writes)), lost: () => {} },
      queueMicrotask,
    );
    await kept.append(facts(), [sku], [sku], false).settled.then((verdict) => heard.push(verdict));
    expect(heard).toEqual([sku, 'durable']);
  });
});

describe('a journal that is drained', () => {
  it('resolves at once when idle and after the last commit when not', async () => {
    const { kept, end, begun } = journal();
    await kept.drained();
    kept.append(facts(), [], [], false);
    let drained = false;
    const done = kept.drained().then(() => {
      drained = true;
    });
    await begun();
    expect(drained).toBe(false);
    await end();
    await done;
  });
});
