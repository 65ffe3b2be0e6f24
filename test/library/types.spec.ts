/** What the compiler knows of the answers: each narrows by its `kind`, and has the refusals of its call and no others. */
import { describe, expectTypeOf, it } from 'vitest';
import type {
  AvailabilityOutcome,
  CancelOutcome,
  CheckoutOutcome,
  CreateSkuOutcome,
  PlaceOutcome,
  PutProductOutcome,
  ReadProductOutcome,
  ReturnOutcome,
  SkusOutcome,
  StockKeeper,
} from '../../src/index.ts';

/** Of a union, what has this kind. */
type Of<Union extends { readonly kind: string }, Kind extends Union['kind']> = Extract<Union, { readonly kind: Kind }>;
type AnyTime = 'overloaded' | 'closing' | 'standby' | 'unknown_outcome';

describe('an outcome', () => {
  it('narrows to what its kind is about', () => {
    expectTypeOf<Of<PlaceOutcome, 'order_placed'>['order']['totalAmount']>().toEqualTypeOf<number>();
    expectTypeOf<Of<PlaceOutcome, 'order_placed'>['order']['expiresAt']>().toEqualTypeOf<string | null>();
    expectTypeOf<Of<PlaceOutcome, 'insufficient_stock'>['shortages'][number]['available']>().toEqualTypeOf<number>();
    expectTypeOf<Of<CreateSkuOutcome, 'sku_created'>['sku']['onHand']>().toEqualTypeOf<number>();
    expectTypeOf<Of<AvailabilityOutcome, 'availability'>['items'][number]['skuId']>().toEqualTypeOf<string>();
    expectTypeOf<Of<CheckoutOutcome, 'order_placed'>['order']['id']>().toEqualTypeOf<string>();
    expectTypeOf<Of<ReadProductOutcome, 'product'>['skus']['items'][number]['price']>().toEqualTypeOf<number>();
    expectTypeOf<Of<SkusOutcome, 'page'>['next']>().toEqualTypeOf<string | null>();
    expectTypeOf<Of<PutProductOutcome, 'product_created' | 'product'>['product']['version']>().toEqualTypeOf<number>();
    // @ts-expect-error There is no order before its kind is looked at.
    expectTypeOf<PlaceOutcome['order']>();
  });

  it('has the kinds that its call can have', () => {
    expectTypeOf<CancelOutcome['kind']>().toEqualTypeOf<
      | 'order'
      | 'order_not_found'
      | 'order_shipped'
      | 'order_quarantined'
      | 'sku_quarantined'
      | 'idempotency_key_reused'
      | 'stale_version'
      | AnyTime
    >();
    expectTypeOf<'insufficient_stock'>().not.toExtend<CancelOutcome['kind']>();
    expectTypeOf<'return_exceeds_shipped'>().toExtend<ReturnOutcome['kind']>();
    expectTypeOf<'return_exceeds_shipped'>().not.toExtend<PlaceOutcome['kind']>();
    expectTypeOf<SkusOutcome['kind']>().toEqualTypeOf<
      'page' | 'overloaded' | 'closing' | 'standby' | 'database_unavailable'
    >();
  });

  it('says when to come again, wherever nothing was decided', () => {
    expectTypeOf<Of<PlaceOutcome, AnyTime>['retryAfterSeconds']>().toEqualTypeOf<number>();
  });
});

describe('a call', () => {
  it('takes what HTTP takes, and no more', () => {
    type Place = Parameters<StockKeeper['place']>[0];
    expectTypeOf<{ lines: [{ skuId: string; quantity: number }] }>().toExtend<Place>();
    // @ts-expect-error A quantity is a number.
    expectTypeOf<{ lines: [{ skuId: string; quantity: string }] }>().toExtend<Place>();
    expectTypeOf<Parameters<StockKeeper['return']>[2]>().toEqualTypeOf<{
      readonly idempotencyKey: string;
      readonly ifVersion?: number | undefined;
    }>();
    expectTypeOf<{
      readonly id: undefined;
      readonly lines: readonly { readonly skuId: string; readonly quantity: number }[];
    }>().toExtend<Place>();
    expectTypeOf<Parameters<StockKeeper['adjust']>[1]>().toEqualTypeOf<
      { readonly reason: string } & ({ readonly delta: number } | { readonly onHand: number })
    >();
  });
});
