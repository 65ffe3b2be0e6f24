/**
 * Histories of commands over a small shop, for the properties. The shop is small on purpose: few SKUs, few units, few orders and a
 * clock that steps around `expiresAt`, so that commands meet each other and the rare paths are common. `reach.spec.ts` proves that they are.
 */
import fc from 'fast-check';
import type { Command } from '../../src/keeper/command.ts';
import type { PlaceRequest } from '../../src/orders/place.ts';
import type { NewSku } from '../../src/stock/decide.ts';
import { COUNTER_MAX } from '../../src/stock/sku.ts';
import type { Ask } from './model.ts';

/** `nowhere` is never created. */
export const SKU_IDS = ['anvil', 'bolt', 'crate', 'dollar'] as const;
const NOWHERE = 'nowhere';
export const ORDER_IDS = ['o1', 'o2', 'o3', 'o4', 'o5', 'o6', 'o7', 'o8'] as const;

/** Time of the first turn, milliseconds. */
export const OPENING = 1_700_000_000_000;

const skuId = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom(...SKU_IDS) },
  { weight: 1, arbitrary: fc.constant(NOWHERE) },
);
const orderId = fc.constantFrom(...ORDER_IDS);
const units = fc.integer({ min: 1, max: 4 });

/** A SKU to create. `dollar` is the one in another currency. */
function newSku(id: string): fc.Arbitrary<Omit<NewSku, 'reserved' | 'sales'>> {
  return fc.record({
    id: fc.constant(id),
    productId: fc.constantFrom(null, 'tools'),
    name: fc.constant(id),
    price: fc.integer({ min: 0, max: 500 }),
    currency: fc.constant(id === 'dollar' ? 'USD' : 'EUR'),
    onHand: fc.integer({ min: 0, max: 12 }),
    safetyStock: fc.constantFrom(0, 0, 0, 2),
    backorderLimit: fc.constantFrom(0, 0, 3),
    maxPerOrder: fc.constantFrom(null, null, null, 3),
  });
}

const lines = fc.array(fc.record({ skuId, quantity: units }), { minLength: 1, maxLength: 3 });

/** The fingerprint tells requests under one id apart, as the keeper's does. */
const request = (id: string): fc.Arbitrary<PlaceRequest> =>
  fc
    .record({
      orderId: fc.constant(id),
      lines,
      payment: fc.constantFrom('online' as const, 'online' as const, 'cash_on_delivery' as const),
      customerId: fc.constantFrom(null, 'ann'),
      freight: fc.constantFrom(0, 450),
      expiresInSeconds: fc.integer({ min: 1, max: 4 }),
    })
    .map((asked) => ({ ...asked, fingerprint: JSON.stringify(asked) }));

/** A command; `place` names only its order until the shop says what is asked for under that id. */
type Wish =
  | Exclude<Command, { kind: 'place' }>
  | { readonly kind: 'place'; readonly orderId: string; readonly another: boolean };

const ifVersion = fc.oneof(
  { weight: 5, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 6 }) },
);
const another = fc.oneof({ weight: 15, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });

const wish: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('place' as const), orderId, another }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('confirm' as const), orderId }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('cancel' as const),
      orderId,
      reason: fc.constantFrom(null, 'changed my mind'),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('ship' as const), orderId }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('reduce' as const),
      orderId,
      skuId,
      quantity: fc.integer({ min: 0, max: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('return' as const), orderId, lines, restock: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('expire' as const), orderId }) },
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
      ifVersion,
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
      ifVersion,
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
        },
        { requiredKeys: [] },
      ),
      ifVersion,
    }),
  },
);

/** Milliseconds between two turns: none, a little, or just about what expiry is counted in. */
const wait = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 1) },
  { weight: 2, arbitrary: fc.constantFrom(499, 500, 999, 1000, 1001) },
);

/**
 * A history: the SKUs are created, then `asksMax` commands at most. Times never go back. An order id is asked for with one request,
 * and now and then with another one.
 */
export function history({ asksMax = 60 }: { readonly asksMax?: number } = {}): fc.Arbitrary<readonly Ask[]> {
  return fc
    .record({
      skus: fc.tuple(...SKU_IDS.map(newSku)),
      requests: fc.tuple(...ORDER_IDS.map(request)),
      wishes: fc.array(fc.record({ wish, wait }), { minLength: 1, maxLength: asksMax, size: 'max' }),
    })
    .map(({ skus, requests, wishes }) => {
      const asks: Ask[] = skus.map((sku) => ({ command: { kind: 'create_sku', sku }, at: OPENING }));
      const asked = new Map(requests.map((one) => [one.orderId, one]));
      let at = OPENING;
      for (const one of wishes) {
        at += one.wait;
        asks.push({ command: named(one.wish, asked), at });
      }
      return asks;
    });
}

function named(wish: Wish, asked: ReadonlyMap<string, PlaceRequest>): Command {
  if (wish.kind !== 'place') return wish;
  const request = asked.get(wish.orderId);
  if (request === undefined) throw new Error(`no request for ${wish.orderId}`);
  if (!wish.another) return { kind: 'place', ...request };
  return { kind: 'place', ...request, freight: request.freight + 1, fingerprint: `another ${request.fingerprint}` };
}
