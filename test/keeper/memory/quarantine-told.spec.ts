/** What is said about a corrupt row, and when a turn's report of one is believed. */
import { describe, expect, it } from 'vitest';
import { allLoaded, isCertain, LoadFailed } from '../../../src/keeper/memory/load-failed.ts';
import { Quarantine } from '../../../src/keeper/memory/quarantine.ts';
import { Corrupt, corruptSku, type Quarantined } from '../../../src/lib/corrupt.ts';
import type { Observation } from '../../../src/lib/observe.ts';

const sku = (skuId: string, reason = 'r'): Quarantined => ({ kind: 'sku_quarantined', skuId, reason });
const stored = (quarantined: Quarantined) => new Corrupt(quarantined, true);

describe('one who is found corrupt', () => {
  it('is told of to the operator once until it changes, and to the asker every time', () => {
    const seen: Observation[] = [];
    const quarantine = new Quarantine((observation) => seen.push(observation));
    for (const reason of ['r', 'r', 's', 's', 'r']) {
      expect(quarantine.outcomeOf(stored(sku('A', reason)))).toEqual({ ...sku('A', reason), retryAfterSeconds: 60 });
    }
    expect(seen.map((one) => 'reason' in one && one.reason)).toEqual(['r', 's', 'r']);
  });

  it.each<[Quarantined, object]>([
    [sku('x'), { skuId: 'x', orderId: null, cartId: null }],
    [
      { kind: 'order_quarantined', orderId: 'x', reason: 'r' },
      { skuId: null, orderId: 'x', cartId: null },
    ],
    [
      { kind: 'cart_quarantined', cartId: 'x', reason: 'r' },
      { skuId: null, orderId: null, cartId: 'x' },
    ],
  ])('is told of by what it is: %j', (quarantined, named) => {
    const seen: Observation[] = [];
    new Quarantine((observation) => seen.push(observation)).outcomeOf(stored(quarantined));
    expect(seen).toEqual([{ kind: 'quarantined', reason: 'r', ...named }]);
  });

  it('is told of while there are not too many; those who were are told of when they change', () => {
    const seen: Observation[] = [];
    const quarantine = new Quarantine((observation) => seen.push(observation));
    for (let n = 0; n < 1005; n++) quarantine.outcomeOf(stored(sku(`S${n}`)));
    expect(seen).toHaveLength(1000);
    quarantine.outcomeOf(stored(sku('S7', 'another')));
    quarantine.outcomeOf(stored(sku('S1003', 'another')));
    expect(seen.slice(1000)).toMatchObject([{ skuId: 'S7', reason: 'another' }]);
  });
});

describe('a contradiction', () => {
  const inMemory = (id: string) => corruptSku(id, 'r');

  // Red with: memory that is behind another writer believed at once; one fault taken for a repetition of another.
  it.each<[string, unknown, Error | null, boolean]>([
    ['that was read is certain', stored(sku('A')), null, true],
    ['that a turn finds is not, the first time', inMemory('A'), null, false],
    ['that a turn finds again, of the same SKU, is', inMemory('A'), inMemory('A'), true],
    ['that a turn finds after one of another SKU is not', inMemory('A'), inMemory('B'), false],
    ['that a turn finds after the database was away is not', inMemory('A'), new LoadFailed('away'), false],
    ['is no failure to read', new LoadFailed('away'), inMemory('A'), false],
    ['is no bug', new Error('bug'), inMemory('A'), false],
  ])('%s', (_what, error, earlier, isSo) => {
    expect(isCertain(error, earlier)).toBe(isSo);
  });
});

describe('loads', () => {
  it('are waited for, all of them', async () => {
    expect(await allLoaded([Promise.resolve(), Promise.resolve()])).toBeUndefined();
  });

  it('that fail are a failure to read, which names its cause, and a contradiction is thrown as it is', async () => {
    const [cause, corrupt] = [new Error('wire'), stored(sku('A'))];
    const failed = await allLoaded([Promise.resolve(), Promise.reject(cause)]).catch((error: Error) => error);
    expect(failed).toBeInstanceOf(LoadFailed);
    expect(failed?.cause).toBe(cause);
    await expect(allLoaded([Promise.reject(corrupt)])).rejects.toBe(corrupt);
  });
});
