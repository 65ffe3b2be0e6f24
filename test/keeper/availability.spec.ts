/**
 * The availability of several SKUs while orders move units among them shows one moment. Each order takes seven units in
 * all, of two or three SKUs. The sum over the set therefore changes by sevens, and any other sum shows a part of an
 * order.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CommitResult } from '../../src/journal/record.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import type { Command } from '../../src/shop/commands.ts';
import { available } from '../../src/shop/skus/sku.ts';
import { cancel, create, place, readSku } from '../support/commands.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { ABORTED, AT, commitsByHand, isSettled, release, shop } from '../support/shop.ts';

const SKUS = ['A', 'B', 'C'] as const;
const ON_HAND = 20;
const UNITS = 7;

const readAvailability = (...skuIds: readonly string[]): Command => ({ kind: 'read_availability', skuIds });

type Items = readonly { readonly skuId: string; readonly available: number; readonly version: number }[];
type Read = (keeper: Keeper, between: () => Promise<void>) => Promise<Items>;

const inOneTurn: Read = async (keeper) => {
  const { outcome } = await keeper.ask(readAvailability(...SKUS));
  return outcome.kind === 'availability' ? outcome.items : [];
};

/** The wrong way to read. */
const skuBySku: Read = async (keeper, between) => {
  const items: { skuId: string; available: number; version: number }[] = [];
  for (const skuId of SKUS) {
    const { outcome } = await keeper.ask(readSku(skuId));
    if (outcome.kind !== 'sku') return [];
    items.push({ skuId, available: available(outcome.sku), version: outcome.sku.version });
    await between();
  }
  return items;
};

const orderId = fc.constantFrom('1', '2', '3', '4');
/** Units over all three SKUs, or over two. */
const split = fc
  .tuple(fc.shuffledSubarray([...SKUS], { minLength: 2 }), fc.integer({ min: 1, max: 4 }))
  .map(([ids, first]) =>
    ids.map((id, at) => [id, at === 0 ? first : at < ids.length - 1 ? 1 : UNITS - first - (ids.length - 2)]),
  );
const shuffling: fc.Arbitrary<Command | 'read'> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ orderId, split }).map((it) => place(it.orderId, Object.fromEntries(it.split))) },
  { weight: 4, arbitrary: orderId.map(cancel) },
  { weight: 3, arbitrary: fc.constant('read' as const) },
);

const fate = fc.constantFrom('committed', 'committed', 'committed', 'aborted', 'unknown_done');

interface Seen {
  readonly sums: Set<number>;
  readonly paths: Set<string>;
}

/** Fails when an answer shows a part of an order, or something that was not durable. */
const law = (read: Read, seen: Seen) =>
  fc.asyncProperty(
    fc.scheduler(),
    fc.array(shuffling, { minLength: 6, maxLength: 24 }),
    fc.array(fate, { minLength: 3, maxLength: 9 }),
    fc.constantFrom(1, 2, 100),
    async (s, asks, fates, residentsMax) => {
      const store = new MemoryStore();
      const turn = (label: string) => s.schedule(Promise.resolve(), label);
      let commits = 0;
      store.gate = {
        async before(call) {
          await turn(`${call} begins`);
          return call === 'commit' && fates[commits % fates.length] === 'aborted' ? ABORTED : undefined;
        },
        async after(call) {
          await turn(`${call} ends`);
          const isUnknown = call === 'commit' && fates[commits++ % fates.length] === 'unknown_done';
          return isUnknown ? ({ kind: 'unknown', error: new Error('wire') } satisfies CommitResult) : undefined;
        },
      };
      const keeper = new Keeper({
        store,
        lists: store,
        clock: () => AT,
        random: () => 0,
        pause: () => turn('pause'),
        schedule: (run) => void turn('tick').then(run),
        limits: { residentsMax, batchEntriesMax: 3, attemptsMax: 4 },
        observe: ({ kind }) => seen.paths.add(kind),
      });
      let isOpen = false;
      const check = async () => {
        const items = await read(keeper, () => turn('between'));
        if (!isOpen || items.length < SKUS.length) return;
        const sum = items.reduce((total, item) => total + item.available, 0);
        seen.sums.add(sum);
        expect((SKUS.length * ON_HAND - sum) % UNITS, `shows a part of an order: ${JSON.stringify(items)}`).toBe(0);
        for (const { skuId, version, available: has } of items) {
          const stored = store.ledger.find((movement) => movement.skuId === skuId && movement.version === version);
          expect(stored && stored.onHand - stored.reserved, `${skuId} was not durable`).toBe(has);
        }
      };
      const opening = Promise.all(SKUS.map((id) => keeper.ask(create(id, ON_HAND))));
      await s.waitFor(opening);
      isOpen = SKUS.every((id) => store.skuRows.has(id));
      const all = asks.map(async (asked) => {
        await turn('arrive');
        if (asked === 'read') await check();
        else await keeper.ask(asked);
      });
      await s.waitFor(Promise.all(all));
    },
  );

describe('availability while orders move units about', () => {
  it('law: shows of every order all or nothing, and only what is durable', async () => {
    const seen: Seen = { sums: new Set(), paths: new Set() };
    await fc.assert(law(inOneTurn, seen), { numRuns: 300 });
    // Orders were placed and cancelled during the reads, and commits failed.
    expect(seen.sums.size).toBeGreaterThan(3);
    for (const path of ['batch_committed', 'batch_failed']) expect(seen.paths).toContain(path);
  });

  it('read SKU by SKU would show a part of an order', async () => {
    const details = await fc.check(law(skuBySku, { sums: new Set(), paths: new Set() }), { numRuns: 300 });
    expect(details.failed).toBe(true);
    expect(String(details.errorInstance)).toContain('shows a part of an order');
  });
});

describe('availability of SKUs with an order under way', () => {
  it('is answered when the order is durable, and decided again when it is lost', async () => {
    const { keeper, store } = shop();
    for (const id of SKUS) await keeper.ask(create(id, 5));
    const next = commitsByHand(store);
    const placed = keeper.ask(place('o', { A: 1, B: 2 }));
    await isSettled(placed);
    const touched = keeper.ask(readAvailability('C', 'B'));
    const free = keeper.ask(readAvailability('C', 'nowhere'));
    expect(await isSettled(free)).toBe(true);
    expect(await isSettled(touched)).toBe(false);
    await next(ABORTED);
    release(store);
    await next();
    expect((await placed).outcome.kind).toBe('order_placed');
    expect((await touched).outcome).toMatchObject({ kind: 'availability', unknown: [], at: AT });
    expect((await free).outcome).toEqual({
      kind: 'availability',
      items: [{ skuId: 'C', available: 5, version: 1 }],
      unknown: ['nowhere'],
      at: AT,
    });
  });
});

describe('at the door', () => {
  it('availability counts with as many lines as it names SKUs', async () => {
    const { keeper } = shop({ linesMax: 3 });
    expect((await keeper.ask(readAvailability('A', 'B', 'C'))).outcome.kind).toBe('availability');
    expect((await keeper.ask(readAvailability('A', 'B', 'C', 'D'))).outcome.kind).toBe('overloaded');
  });
});
