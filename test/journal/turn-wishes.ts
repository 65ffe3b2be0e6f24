/**
 * What turns are to do: any history of wishes over rows of every kind. The shop is small, so that turns meet on one row
 * and a batch holds several of them.
 */
import fc from 'fast-check';
import type { CartMessage } from '../../src/shop/carts/rules.ts';
import { KEY_KEPT_MS } from '../../src/shop/idempotency.ts';
import type { LineRequest } from '../../src/shop/orders/order.ts';
import type { OrderMessage } from '../../src/shop/orders/order-changes.ts';
import type { SkuChanges, StockMessage } from '../../src/shop/skus/rules.ts';

export const SKUS = ['a', 'b'] as const;
export const ORDERS = ['o', 'p'] as const;
export const CARTS = ['c', 'd'] as const;
export const PRODUCTS = ['p', 'q'] as const;
export const KEYS = ['k', 'l'] as const;
export const CUSTOMERS = ['ann', 'bob'] as const;

type Untimed<T> = T extends unknown ? Omit<T, 'at'> : never;

export type Step =
  | { readonly kind: 'open'; readonly skuId: string; readonly onHand: number }
  | { readonly kind: 'sku'; readonly skuId: string; readonly message: Untimed<StockMessage> }
  | {
      readonly kind: 'place';
      readonly orderId: string;
      readonly lines: readonly LineRequest[];
      readonly isOnline: boolean;
      readonly customerId: string | null;
      /** A cart that is bought in the same turn. */
      readonly cartId: string | null;
    }
  | { readonly kind: 'order'; readonly orderId: string; readonly message: Untimed<OrderMessage> }
  | { readonly kind: 'cart'; readonly cartId: string; readonly message: Untimed<CartMessage> }
  | { readonly kind: 'merge' | 'sweep'; readonly cartId: string }
  | { readonly kind: 'product'; readonly id: string; readonly name: string; readonly description: string | null }
  | { readonly kind: 'nothing' };

/** A turn: what it does, the key that its answer is recorded under, how long after the turn before it comes, and whether the batch ends with it. */
export interface TurnWish {
  readonly step: Step;
  readonly key: string | null;
  readonly wait: number;
  readonly isLast: boolean;
}

const skuId = fc.constantFrom(...SKUS);
const orderId = fc.constantFrom(...ORDERS);
const cartId = fc.constantFrom(...CARTS);
const units = fc.integer({ min: 1, max: 3 });
const lines = fc.uniqueArray(fc.record({ skuId, quantity: units }), {
  minLength: 1,
  selector: (line) => line.skuId,
});
const text = fc.constantFrom('x', 'ü "\\');
const textOrNone = fc.constantFrom(null, 'x', 'y');

/** Every field that can be changed: a new one does not compile until it stands here too. */
const EVERY_CHANGE = {
  name: text,
  price: fc.nat({ max: 3 }),
  productId: textOrNone,
  safetyStock: fc.nat({ max: 2 }),
  backorderLimit: fc.nat({ max: 2 }),
  maxPerOrder: fc.constantFrom(null, 8, 9),
  maxPerCustomer: fc.constantFrom(null, 8, 9),
} satisfies { [Field in keyof Required<SkuChanges>]: fc.Arbitrary<SkuChanges[Field]> };

const changes = fc.record(EVERY_CHANGE, { requiredKeys: [] }) as fc.Arbitrary<SkuChanges>;

const skuMessage: fc.Arbitrary<Untimed<StockMessage>> = fc.oneof(
  fc.record({ type: fc.constant('receive' as const), quantity: units, reason: textOrNone, reference: textOrNone }),
  fc.record({
    type: fc.constant('adjust' as const),
    by: fc.record({ onHand: fc.integer({ min: 4, max: 20 }) }),
    reason: text,
  }),
  { weight: 2, arbitrary: fc.record({ type: fc.constant('change' as const), changes }) },
);

const orderMessage: fc.Arbitrary<Untimed<OrderMessage>> = fc.oneof(
  fc.record({ type: fc.constant('confirm' as const) }),
  fc.record({ type: fc.constant('cancel' as const), reason: textOrNone }),
  fc.record({ type: fc.constant('ship' as const), blocked: fc.constant(null) }),
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('reduce' as const), skuId, quantity: fc.nat({ max: 2 }) }),
  },
  fc.record({ type: fc.constant('return' as const), lines, restock: fc.boolean(), blocked: fc.constant(null) }),
  fc.record({ type: fc.constant('expire' as const) }),
);

const cartMessage: fc.Arbitrary<Untimed<CartMessage>> = fc.oneof(
  fc.record({
    type: fc.constant('put' as const),
    skuId,
    quantity: units,
    selected: fc.constantFrom(null, true, false),
  }),
  fc.record({ type: fc.constant('remove' as const), skuId }),
  fc.record({ type: fc.constant('select_all' as const), selected: fc.boolean() }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('open' as const), skuId, onHand: fc.constantFrom(0, 12) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('sku' as const), skuId, message: skuMessage }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('place' as const),
      orderId,
      lines,
      isOnline: fc.boolean(),
      customerId: fc.constantFrom(null, ...CUSTOMERS),
      cartId: fc.constantFrom(null, ...CARTS),
    }),
  },
  { weight: 7, arbitrary: fc.record({ kind: fc.constant('order' as const), orderId, message: orderMessage }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cart' as const), cartId, message: cartMessage }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('merge' as const, 'sweep' as const), cartId }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('product' as const),
      id: fc.constantFrom(...PRODUCTS),
      name: text,
      description: textOrNone,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('nothing' as const) }) },
);

/** Begins with both SKUs, now and then without stock. */
export const turnWishes: fc.Arbitrary<readonly TurnWish[]> = fc
  .tuple(
    fc.constantFrom(12, 12, 12, 0),
    fc.array(
      fc.record({
        step,
        key: fc.constantFrom(null, null, ...KEYS),
        wait: fc.oneof({ weight: 30, arbitrary: fc.nat({ max: 400 }) }, fc.constantFrom(30_000, KEY_KEPT_MS)),
        isLast: fc.nat({ max: 5 }).map((nth) => nth === 0),
      }),
      { minLength: 20, maxLength: 60, size: 'max' },
    ),
  )
  .map(([onHand, wishes]) => [...SKUS.map((id) => openingOf(id, onHand)), ...wishes]);

function openingOf(skuId: string, onHand: number): TurnWish {
  return { step: { kind: 'open', skuId, onHand }, key: null, wait: 0, isLast: false };
}
