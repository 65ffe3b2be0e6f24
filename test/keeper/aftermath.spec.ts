/**
 * What changes in memory when the journal reports the result of an entry, and when a turn moves units of a customer.
 */
import { describe, expect, it } from 'vitest';
import type { Entry, Verdict } from '../../src/journal/journal.ts';
import { aftermathOf, verdictsOf } from '../../src/keeper/aftermath.ts';
import { type Resident, Residents } from '../../src/keeper/memory/residents.ts';
import { countStanding, type Standing, standingId } from '../../src/keeper/memory/standings.ts';
import type { SkuActor } from '../../src/shop/skus/sku-actor.ts';

const residentsOf = <T>(owner: T) => {
  const room = { max: 9, bytesMax: 1000, bytesOf: () => 1 };
  const residents: Residents<T> = new Residents(room, async (resident) => residents.loaded(resident, owner));
  return residents;
};
const entryOf = (...writes: readonly object[]) => ({ writes }) as unknown as Entry;

describe('those whom an entry changed', () => {
  it('let go of it when it is durable, unless another has changed them since', () => {
    const residents = residentsOf('owner');
    const [a, b] = [residents.pin('a'), residents.pin('b')];
    const [first, second] = [entryOf(a, b), entryOf(b)];
    [a.lastEntry, b.lastEntry] = [first, second];
    const told: unknown[] = [];
    aftermathOf((entries) => told.push(...entries)).durable([first]);
    expect([a.lastEntry, b.lastEntry, told]).toEqual([null, second, []]);
  });

  it('leave memory when it is lost, before anybody else is told', () => {
    const residents = residentsOf('owner');
    const [a, b] = [residents.pin('a'), residents.pin('b')];
    const lost = entryOf(a);
    const told: unknown[] = [];
    aftermathOf((entries) => told.push(...entries, a.state, b.state)).lost([lost]);
    expect(told).toEqual([lost, 'gone', 'present']);
  });
});

describe('what became of entries', () => {
  it.each<readonly Verdict[][]>([[[]], [['lost']], [['durable', 'lost', 'unknown']]])(
    'is told of each: %j',
    async (verdicts) => {
      const entries = verdicts.map((verdict) => ({ settled: Promise.resolve(verdict) }) as Entry);
      expect(await verdictsOf(entries)).toEqual(verdicts);
    },
  );
});

describe('units of a SKU that go into an order of a customer', () => {
  const [sku, another] = [{ id: 'A' }, { id: 'A' }] as unknown as [Resident<SkuActor>, Resident<SkuActor>];

  // Red with: units counted beside a SKU that has lost its commit; a standing believed that was read before they were
  // durable.
  it.each<[string, string | null, Resident<SkuActor>, number, number | null]>([
    ['are counted beside the SKU that they are of', 'ann', sku, 2, 5],
    ['of nobody are counted for nobody', null, sku, 2, 3],
    ['of another customer are not', 'bob', sku, 2, 3],
    ['that are none change nothing, whatever the SKU', 'ann', another, 0, 3],
    ['beside another resident of the SKU make it forgotten', 'ann', another, 2, null],
  ])('%s', async (_what, customerId, beside, units, left) => {
    const standings = residentsOf<Standing>({ sku, units: 3 });
    const id = standingId('ann', 'A');
    await standings.pin(id).loading;
    countStanding(standings, customerId, beside, units);
    expect(standings.peek(id)?.units ?? null).toBe(left);
  });
});
