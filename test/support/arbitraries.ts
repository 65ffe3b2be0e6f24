/**
 * Histories of commands over a small shop, for the properties. The shop is small on purpose: few SKUs, few units, few
 * orders, and a clock that steps around `expiresAt`. Commands then collide, and the rare paths are common.
 * `test/shop/orders/reach.spec.ts` proves that they are.
 */
import fc from 'fast-check';
import { unreachable } from '../../src/lib/assert.ts';
import type { Command } from '../../src/shop/commands.ts';
import type { PlaceRequest } from '../../src/shop/orders/place.ts';
import type { NewSku } from '../../src/shop/skus/rules.ts';
import { COUNTER_MAX } from '../../src/shop/skus/sku.ts';
import type { Ask } from './model.ts';

/** `nowhere` is never created. */
export const SKU_IDS = ['anvil', 'bolt', 'crate', 'dollar'] as const;
const NOWHERE = 'nowhere';
export const ORDER_IDS = ['o1', 'o2', 'o3', 'o4'] as const;

/** How many histories a law is checked on. They are enough to include the rarest path. */
export const HISTORIES = { numRuns: 300 } as const;

/** Time of the first turn, milliseconds. */
export const OPENING = 1_700_000_000_000;

const skuId = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom(...SKU_IDS.slice(0, 3), ...SKU_IDS.slice(0, 3), ...SKU_IDS) },
  { weight: 1, arbitrary: fc.constant(NOWHERE) },
);
const orderId = fc.constantFrom(...ORDER_IDS);
const units = fc.constantFrom(1, 1, 2, 2, 3, 4);

/** A SKU to create. `dollar` is the one with another currency. */
function newSku(id: string): fc.Arbitrary<Omit<NewSku, 'reserved' | 'sales'>> {
  return fc.record({
    id: fc.constant(id),
    productId: fc.constantFrom(null, 'tools'),
    name: fc.constant(id),
    price: fc.integer({ min: 0, max: 500 }),
    currency: fc.constant(id === 'dollar' ? 'USD' : 'EUR'),
    onHand: fc.constantFrom(0, 1, 2, 3, 4, 6, 8, 12, 16),
    safetyStock: fc.constantFrom(0, 0, 0, 2),
    backorderLimit: fc.constantFrom(0, 3, 6),
    maxPerOrder: fc.constantFrom(null, null, null, null, null, 3),
    maxPerCustomer: fc.constantFrom(null, null, null, null, null, 4),
  });
}

const lines = fc.array(fc.record({ skuId, quantity: units }), { minLength: 1, maxLength: 2 });

/** The fingerprint tells requests under one id apart, as the keeper's fingerprint does. */
const request = (id: string): fc.Arbitrary<PlaceRequest> =>
  fc
    .record({
      orderId: fc.constant(id),
      lines,
      payment: fc.constantFrom('online' as const, 'online' as const, 'cash_on_delivery' as const),
      customerId: fc.constantFrom(null, 'ann'),
      freight: fc.constantFrom(0, 450),
      expiresInSeconds: fc.integer({ min: 1, max: 3 }),
    })
    .map((asked) => ({ ...asked, fingerprint: JSON.stringify(asked) }));

/** A line to reduce or to return. Mostly it is a line of the order, named by its place in the request. */
type LineWish = { readonly nth: number } | { readonly skuId: string };

/** A command that is complete only once the request for its order id is known. */
type Wish =
  | Exclude<Command, { kind: 'place' | 'reduce' | 'return' }>
  | { readonly kind: 'place'; readonly orderId: string; readonly another: boolean }
  | { readonly kind: 'reduce'; readonly orderId: string; readonly line: LineWish; readonly quantity: number }
  | {
      readonly kind: 'return';
      readonly orderId: string;
      readonly lines: readonly { readonly line: LineWish; readonly quantity: number }[];
      readonly restock: boolean;
    };

const line: fc.Arbitrary<LineWish> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ nth: fc.nat({ max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ skuId }) },
);
const version = fc.integer({ min: 0, max: 6 });
/** The preconditions of a command; mostly none. */
const conditions: fc.Arbitrary<Pick<Command, 'ifVersion' | 'ifNotVersion'>> = fc.oneof(
  { weight: 40, arbitrary: fc.constant({}) },
  { weight: 4, arbitrary: fc.record({ ifVersion: version }) },
  { weight: 1, arbitrary: fc.record({ ifVersion: fc.oneof(fc.constant('*' as const), fc.array(version)) }) },
  { weight: 1, arbitrary: fc.record({ ifNotVersion: fc.oneof(fc.constant('*' as const), version) }) },
);
const another = fc.oneof({ weight: 15, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });

const wish: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 7, arbitrary: fc.record({ kind: fc.constant('place' as const), orderId, another }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('confirm' as const), orderId }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('cancel' as const),
      orderId,
      reason: fc.constantFrom(null, 'changed my mind'),
    }),
  },
  { weight: 7, arbitrary: fc.record({ kind: fc.constant('ship' as const), orderId }) },
  {
    weight: 7,
    arbitrary: fc.record({ kind: fc.constant('reduce' as const), orderId, line, quantity: fc.nat({ max: 3 }) }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constant('return' as const),
      orderId,
      lines: fc.array(fc.record({ line, quantity: fc.constantFrom(1, 1, 1, 2, 4) }), { minLength: 1, maxLength: 2 }),
      restock: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('expire' as const), orderId }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('read_order' as const), orderId }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('read_sku' as const), skuId }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('receive' as const),
      skuId,
      quantity: units,
      reason: fc.constantFrom(null, 'delivery'),
      reference: fc.constantFrom(null, 'PO-7'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('adjust' as const),
      skuId,
      by: fc.oneof(
        fc.record({ delta: fc.integer({ min: -4, max: 3 }) }),
        fc.record({ onHand: fc.integer({ min: 0, max: 10 }) }),
        fc.record({ delta: fc.constantFrom(COUNTER_MAX, -COUNTER_MAX) }),
      ),
      reason: fc.constant('stocktake'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('change_sku' as const),
      skuId,
      changes: fc.record(
        {
          price: fc.integer({ min: 0, max: 500 }),
          safetyStock: fc.constantFrom(0, 2),
          backorderLimit: fc.constantFrom(0, 3),
          maxPerOrder: fc.constantFrom(null, 3),
          maxPerCustomer: fc.constantFrom(null, 3),
        },
        { requiredKeys: [] },
      ),
    }),
  },
);

/** Milliseconds between two turns: none, a few, or about the unit in which expiry is counted. */
const wait = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(0, 0, 0, 1) },
  { weight: 2, arbitrary: fc.constantFrom(499, 500, 999, 1000, 1000, 1001) },
);

/**
 * A history: the SKUs are created, some orders are placed, then at most `asksMax` commands follow. Times never go back.
 * Each order id is asked for with one request, and sometimes with another one.
 */
export function history({ asksMax = 120 }: { readonly asksMax?: number } = {}): fc.Arbitrary<readonly Ask[]> {
  return fc
    .record({
      skus: fc.tuple(...SKU_IDS.map(newSku)),
      requests: fc.tuple(...ORDER_IDS.map(request)),
      atOnce: fc.subarray([...ORDER_IDS]),
      wishes: fc.array(fc.record({ wish, wait, conditions }), { minLength: 1, maxLength: asksMax, size: 'max' }),
    })
    .map(({ skus, requests, atOnce, wishes }) => {
      const asks: Ask[] = skus.map((sku) => ({ command: { kind: 'create_sku', sku }, at: OPENING }));
      const asked = new Map(requests.map((one) => [one.orderId, one]));
      for (const orderId of atOnce) {
        asks.push({ command: named({ kind: 'place', orderId, another: false }, asked), at: OPENING });
      }
      let at = OPENING;
      for (const one of wishes) {
        at += one.wait;
        const command = named(one.wish, asked);
        // The sweeper has no preconditions.
        asks.push({ command: command.kind === 'expire' ? command : { ...command, ...one.conditions }, at });
      }
      return asks;
    });
}

function named(wish: Wish, asked: ReadonlyMap<string, PlaceRequest>): Command {
  if (wish.kind !== 'place' && wish.kind !== 'reduce' && wish.kind !== 'return') return wish;
  const request = asked.get(wish.orderId);
  if (request === undefined) throw new Error(`no request for ${wish.orderId}`);
  const skuOf = (line: LineWish): string =>
    'skuId' in line ? line.skuId : (request.lines[line.nth % request.lines.length]?.skuId ?? NOWHERE);
  switch (wish.kind) {
    case 'place':
      return wish.another
        ? { kind: 'place', ...request, freight: request.freight + 1, fingerprint: `another ${request.fingerprint}` }
        : { kind: 'place', ...request };
    case 'reduce':
      return { kind: 'reduce', orderId: wish.orderId, skuId: skuOf(wish.line), quantity: wish.quantity };
    case 'return': {
      const lines = wish.lines.map(({ line, quantity }) => ({ skuId: skuOf(line), quantity }));
      return { kind: 'return', orderId: wish.orderId, lines, restock: wish.restock };
    }
    default:
      return unreachable(wish);
  }
}
