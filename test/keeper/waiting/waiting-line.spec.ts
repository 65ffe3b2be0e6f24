/**
 * The waiting line beside a model that states its rules again: where each request stands, which units are kept from it,
 * and when it is woken.
 */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../src/journal/journal.ts';
import { WaitingLine } from '../../../src/keeper/waiting/waiting-line.ts';
import { Bug } from '../../../src/lib/assert.ts';
import type { Facts } from '../../../src/shop/facts.ts';
import type { LineRequest } from '../../../src/shop/orders/order.ts';
import { aSku } from '../../shop/skus/examples.ts';
import { NOTHING } from '../../support/nothing.ts';

const SKUS = ['A', 'B', 'C'] as const;
const CARTS = ['c', 'd'] as const;
const CUSTOMERS = ['ann', 'bob'] as const;
const STATES = ['waiting', 'committing', 'durable', 'lost', 'displaced', 'unknown'] as const;

const skuId = fc.constantFrom(...SKUS);
const lines: fc.Arbitrary<readonly LineRequest[]> = fc.uniqueArray(
  fc.record({ skuId, quantity: fc.integer({ min: 1, max: 3 }) }),
  { minLength: 1, maxLength: 2, selector: (line) => line.skuId },
);
const nth = fc.nat({ max: 7 });
const cartId = fc.constantFrom(null, ...CARTS);
const customerId = fc.constantFrom(null, ...CUSTOMERS);
const units = fc.integer({ min: -1, max: 6 });
const orderId = fc.constantFrom('o', 'p', 'q');
const key = fc.constantFrom(null, null, 'k', 'l');
const state = fc.constantFrom<Entry['state']>(...STATES);

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('join' as const), lines, cartId, customerId, orderId, key }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('sleep' as const), nth, lines, shortOf: fc.subarray([...SKUS]) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('serve' as const), nth, lines, state }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('entry' as const), nth, state }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('leave' as const, 'give_way' as const), nth }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('stir' as const), skuId, units: fc.option(units) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('decided' as const),
      ...{ skuId, units: fc.nat({ max: 6 }), isLimited: fc.boolean(), cartId, key },
      movement: fc.constantFrom(null, 'received', 'changed'),
      order: fc.option(fc.record({ id: orderId, isNew: fc.boolean(), customerId })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lost' as const), skuId, cartId }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'wake_all' as const }, { kind: 'close' as const }) },
);

type Waiter = ReturnType<WaitingLine['join']>;

/**
 * A waiter as the model knows it: what it asks for, in whose lines it stands, and for whose units it sleeps; `null`
 * when it is awake.
 */
interface Known {
  readonly waiter: Waiter;
  readonly cartId: string | null;
  readonly customerId: string | null;
  readonly orderId: string;
  readonly key: string | null;
  readonly places: Set<string>;
  needs: ReadonlyMap<string, number>;
  shortOf: readonly string[];
  isAsleep: boolean;
  entry: { state: Entry['state'] } | null;
}

const limits = { waitersMax: 5, waitingLinesMax: 8 };
const asMap = (asked: readonly LineRequest[]) => new Map(asked.map((line) => [line.skuId, line.quantity]));
const isServed = ({ entry }: Known) => entry !== null && ['waiting', 'committing', 'durable'].includes(entry.state);
const unitsOf = (one: Known, id: string) => (isServed(one) ? 0 : (one.needs.get(id) ?? 0));

function decidedFacts(one: Extract<typeof step extends fc.Arbitrary<infer T> ? T : never, { kind: 'decided' }>): Facts {
  const sku = aSku({ id: one.skuId, onHand: one.units, maxPerCustomer: one.isLimited ? 3 : null });
  const { movement, order, key } = one;
  return {
    ...NOTHING,
    skus: [{ id: sku.id, basis: 1, row: sku, movement: movement === null ? null : { kind: movement } }],
    orders: order === null ? [] : [{ id: order.id, basis: order.isNew ? null : 1, row: order }],
    keys: key === null ? [] : [{ id: key, basis: null, row: { key } }],
    carts: one.cartId === null ? [] : [{ id: one.cartId, basis: 1, row: null }],
  } as unknown as Facts;
}

describe('any comings and goings', () => {
  // Red with: a place counted twice when it is given up twice; units of a served request kept from those behind it; a
  // line not in the order of arrival; a waiter woken for which there is too little, or that waits for another SKU.
  test.prop([fc.array(step, { maxLength: 40, size: 'max' })], { numRuns: 300, interruptAfterTimeLimit: 15_000 })(
    'law: each stands in the lines of what it asks for by arrival, and is woken when what it was short of may be there, and not before',
    async (steps) => {
      const line = new WaitingLine(limits);
      let known: Known[] = [];
      let isClosed = false;
      const ahead = (id: string, until: Known | null) => {
        const before = until === null ? known : known.slice(0, known.indexOf(until));
        return before.filter((one) => one.places.has(id)).reduce((sum, one) => sum + unitsOf(one, id), 0);
      };
      const wake = (isConcerned: (one: Known) => boolean) => {
        for (const one of known) if (isConcerned(one)) one.isAsleep = false;
      };
      const stir = (id: string, units: number | null) =>
        wake(
          (one) =>
            one.places.has(id) &&
            one.shortOf.includes(id) &&
            (units === null || (units > ahead(id, one) && unitsOf(one, id) <= units - ahead(id, one))),
        );
      const askFor = (one: Known, asked: readonly LineRequest[], shortOf: readonly string[] | null) => {
        const less = [...one.needs].filter(([id, units]) => units > (asMap(asked).get(id) ?? 0));
        one.needs = asMap(asked);
        for (const id of one.needs.keys()) one.places.add(id);
        if (shortOf !== null) one.shortOf = shortOf;
        return less.map(([id]) => id);
      };
      const left = (gone: Known) => {
        known = known.filter((one) => one !== gone);
      };
      const byCart = (id: string | null) => wake((one) => id !== null && one.cartId === id);
      for (const one of steps) {
        if (one.kind === 'join') {
          if (line.isFull) continue;
          const { cartId, customerId, orderId, key } = one;
          const names = [
            { kind: 'orders', id: orderId } as const,
            ...(cartId === null ? [] : [{ kind: 'carts', id: cartId } as const]),
            ...(key === null ? [] : [{ kind: 'keys', id: key } as const]),
          ];
          const who = { orderId, customerId, names, since: 0, until: 0 };
          const waiter = line.join(who, one.lines);
          const places = new Set(one.lines.map((each) => each.skuId));
          const needs = asMap(one.lines);
          known.push({
            waiter,
            cartId,
            customerId,
            orderId,
            key,
            places,
            needs,
            shortOf: [],
            isAsleep: false,
            entry: null,
          });
        } else if ('nth' in one) {
          const it = known[one.nth % Math.max(1, known.length)];
          if (it === undefined) continue;
          if (one.kind === 'sleep' && !it.isAsleep) {
            void line.sleep(it.waiter, one.lines, one.shortOf);
            it.entry = null;
            for (const id of askFor(it, one.lines, one.shortOf)) stir(id, null);
            it.isAsleep = true;
          } else if (one.kind === 'serve' && !it.isAsleep && !isServed(it)) {
            const entry = { state: one.state };
            line.serve(it.waiter, one.lines, entry as unknown as Entry);
            for (const id of askFor(it, one.lines, null)) stir(id, null);
            it.entry = entry;
          } else if (one.kind === 'entry' && it.entry !== null) it.entry.state = one.state;
          else if (one.kind === 'leave') {
            line.leave(it.waiter);
            line.leave(it.waiter);
            left(it);
          } else if (one.kind === 'give_way') {
            line.giveWay(it.waiter);
            left(it);
            for (const id of it.places) stir(id, null);
          }
        } else if (one.kind === 'stir') {
          line.stir(one.skuId, one.units);
          stir(one.skuId, one.units);
        } else if (one.kind === 'decided') {
          line.stirBy(decidedFacts(one));
          stir(one.skuId, one.units);
          const placed = one.order?.isNew === true ? one.order : null;
          const isBuyers = ({ customerId }: Known) =>
            one.isLimited && placed !== null && customerId === placed.customerId;
          wake((each) => each.places.has(one.skuId) && (one.movement === 'changed' || isBuyers(each)));
          wake((each) => each.orderId === one.order?.id || (each.key !== null && each.key === one.key));
          byCart(one.cartId);
        } else if (one.kind === 'lost') {
          const nothing = { units: 0, isLimited: false, movement: null, order: null, key: null };
          const { skus, carts } = decidedFacts({ ...one, ...nothing, kind: 'decided' });
          line.stirByLoss({ ...NOTHING, skus, carts });
          stir(one.skuId, null);
          byCart(one.cartId);
        } else {
          if (one.kind === 'close') line.close();
          else line.wakeAll('again');
          isClosed ||= one.kind === 'close';
          wake(() => true);
        }
        expect(line.size).toBe(known.length);
        expect(line.isClosed).toBe(isClosed);
        for (const id of ['o', 'p', 'q']) {
          expect(line.forOrder(id)).toBe(known.find(({ orderId }) => orderId === id)?.waiter ?? null);
        }
        const places = known.reduce((sum, each) => sum + each.places.size, 0);
        expect(line.isFull).toBe(known.length >= limits.waitersMax || places >= limits.waitingLinesMax);
        for (const id of SKUS) {
          const standing = known.filter((each) => each.places.has(id) && unitsOf(each, id) > 0);
          expect(line.of(id)).toEqual(standing.map(({ waiter }) => waiter));
          expect(line.ahead(id, null)).toBe(ahead(id, null));
          for (const each of known) expect(line.ahead(id, each.waiter)).toBe(ahead(id, each));
        }
        expect(known.map(({ waiter }) => waiter.awaken !== null)).toEqual(known.map(({ isAsleep }) => isAsleep));
      }
    },
  );
});

describe('who goes to sleep', () => {
  it('is in the line, and awake', () => {
    const line = new WaitingLine(limits);
    const asked = [{ skuId: 'A', quantity: 1 }];
    const who = { orderId: 'o', customerId: null, names: [], since: 0, until: 0 };
    const waiter = line.join(who, asked);
    void line.sleep(waiter, asked, ['A']);
    expect(() => line.sleep(waiter, asked, ['A'])).toThrow(Bug);
    line.leave(waiter);
    line.wake(waiter, 'again');
    expect(() => line.sleep(waiter, asked, ['A'])).toThrow(Bug);
  });
});
