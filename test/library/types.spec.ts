/**
 * What the compiler knows of the methods: each answer narrows by its `kind`, and has the refusals of its call and no
 * others.
 */
import { describe, expectTypeOf, it } from 'vitest';
import type { OptionsOf, OutcomeOf, RequestOf, StockKeeper } from '../../src/index.ts';

/** Of a union, what has this kind. */
type Of<Union extends { readonly kind: string }, Kind extends Union['kind']> = Extract<Union, { readonly kind: Kind }>;
type AnyTime = 'overloaded' | 'closing' | 'standby' | 'unknown_outcome';

type Place = OutcomeOf<'placeOrder'>;
type Cancel = OutcomeOf<'cancelOrder'>;
type Waiting = OutcomeOf<'readWaiting'>;

describe('an outcome', () => {
  it('narrows to what its kind is about', () => {
    expectTypeOf<Of<Place, 'order_placed'>['order']['totalAmount']>().toEqualTypeOf<number>();
    expectTypeOf<Of<Place, 'order_placed'>['order']['expiresAt']>().toEqualTypeOf<string | null>();
    expectTypeOf<Of<Place, 'insufficient_stock'>['shortages'][number]['available']>().toEqualTypeOf<number>();
    expectTypeOf<Of<Cancel, 'order_shipped'>['orderId']>().toEqualTypeOf<string>();
    expectTypeOf<Of<Cancel, 'stale_version'>['version']>().toEqualTypeOf<number>();
    expectTypeOf<Of<OutcomeOf<'confirmOrder'>, 'order_expired'>['expiresAt']>().toEqualTypeOf<string>();
    expectTypeOf<Of<OutcomeOf<'createSku'>, 'sku_created'>['sku']['onHand']>().toEqualTypeOf<number>();
    expectTypeOf<Of<OutcomeOf<'readAvailability'>, 'availability'>['items'][number]['skuId']>().toEqualTypeOf<string>();
    expectTypeOf<Of<OutcomeOf<'checkOut'>, 'order_placed'>['order']['id']>().toEqualTypeOf<string>();
    expectTypeOf<Of<OutcomeOf<'readProduct'>, 'product'>['product']['skus'][number]['price']>().toEqualTypeOf<number>();
    expectTypeOf<Of<OutcomeOf<'readProduct'>, 'product_not_found'>['productId']>().toEqualTypeOf<string>();
    expectTypeOf<Of<OutcomeOf<'listSkus'>, 'page'>['next']>().toEqualTypeOf<string | null>();
    expectTypeOf<Of<OutcomeOf<'listWaiting'>, 'page'>['items'][number]['place']>().toEqualTypeOf<number>();
    expectTypeOf<Of<Waiting, 'waiting'>['lines'][number]['length']>().toEqualTypeOf<number>();
    expectTypeOf<
      Of<OutcomeOf<'putProduct'>, 'product_created' | 'product'>['product']['version']
    >().toEqualTypeOf<number>();
    // @ts-expect-error Must not compile: a refusal has no order, so its kind must be looked at first.
    expectTypeOf<Place['order']>();
  });

  it('has the kinds that its call can have', () => {
    expectTypeOf<Cancel['kind']>().toEqualTypeOf<
      | 'order'
      | 'order_not_found'
      | 'order_shipped'
      | 'order_quarantined'
      | 'sku_quarantined'
      | 'idempotency_key_reused'
      | 'stale_version'
      | AnyTime
    >();
    expectTypeOf<'return_exceeds_shipped'>().toExtend<OutcomeOf<'returnUnits'>['kind']>();
    expectTypeOf<OutcomeOf<'listSkus'>['kind']>().toEqualTypeOf<
      'page' | 'overloaded' | 'closing' | 'standby' | 'database_unavailable'
    >();
    expectTypeOf<Waiting['kind']>().toEqualTypeOf<'waiting' | 'not_waiting' | AnyTime>();
  });

  it('is never what only a wrong request, or a header of HTTP, is answered', () => {
    // The key is required by the type, and no version is asked for of what is new.
    expectTypeOf<'idempotency_key_required'>().not.toExtend<OutcomeOf<'returnUnits'>['kind']>();
    expectTypeOf<'stale_version'>().not.toExtend<OutcomeOf<'createSku'>['kind']>();
    expectTypeOf<'stale_version'>().not.toExtend<Place['kind']>();
    expectTypeOf<'stale_version'>().not.toExtend<OutcomeOf<'readSku'>['kind']>();
  });

  it('says when to come again, wherever nothing was decided', () => {
    expectTypeOf<Of<Place, AnyTime>['retryAfterSeconds']>().toEqualTypeOf<number>();
  });
});

describe('a request', () => {
  it('has the fields of path, query and body together', () => {
    expectTypeOf<RequestOf<'reduceLine'>>().toEqualTypeOf<{
      readonly id: string;
      readonly skuId: string;
      readonly quantity: number;
    }>();
    expectTypeOf<Parameters<StockKeeper['cancelOrder']>[0]>().toEqualTypeOf<RequestOf<'cancelOrder'>>();
    expectTypeOf<{ id: string; status: 'pending' }>().not.toExtend<RequestOf<'cancelOrder'>['reason']>();
  });

  it('is what HTTP takes, and no more', () => {
    expectTypeOf<{ lines: [{ skuId: string; quantity: number }] }>().toExtend<RequestOf<'placeOrder'>>();
    expectTypeOf<{ lines: [{ skuId: string; quantity: string }] }>().not.toExtend<RequestOf<'placeOrder'>>();
    expectTypeOf<{
      readonly id: undefined;
      readonly lines: readonly { readonly skuId: string; readonly quantity: number }[];
    }>().toExtend<RequestOf<'placeOrder'>>();
  });

  it('adjusts by a difference or to what was counted, and not by both', () => {
    const id = 'CUP';
    const reason = 'counted';
    expectTypeOf({ id, reason, delta: -1 }).toExtend<RequestOf<'adjustStock'>>();
    expectTypeOf({ id, reason, onHand: 1 }).toExtend<RequestOf<'adjustStock'>>();
    expectTypeOf({ id, reason, delta: -1, onHand: 1 }).not.toExtend<RequestOf<'adjustStock'>>();
    expectTypeOf({ id, reason }).not.toExtend<RequestOf<'adjustStock'>>();
  });

  it('takes as `after` what a page has as `next`, and may be left out where nothing is required', () => {
    type NextOf<Page> = Page extends { readonly kind: 'page'; readonly next: infer Next } ? NonNullable<Next> : never;
    expectTypeOf<NextOf<OutcomeOf<'listMovements'>>>().toExtend<RequestOf<'listMovements'>['after']>();
    expectTypeOf<number>().toExtend<RequestOf<'listMovements'>['after']>();
    expectTypeOf<NextOf<OutcomeOf<'listWaiting'>>>().toExtend<RequestOf<'listWaiting'>['after']>();
    expectTypeOf<NextOf<OutcomeOf<'listProducts'>>>().toExtend<RequestOf<'listProducts'>['after']>();
    expectTypeOf<[]>().toExtend<Parameters<StockKeeper['listOrders']>>();
    expectTypeOf<[]>().not.toExtend<Parameters<StockKeeper['readOrder']>>();
  });
});

describe('options', () => {
  it('are those of the call', () => {
    expectTypeOf<Parameters<StockKeeper['returnUnits']>[1]>().toEqualTypeOf<{
      readonly idempotencyKey: string;
      readonly ifVersion?: number | undefined;
    }>();
    expectTypeOf<keyof OptionsOf<'placeOrder'>>().toEqualTypeOf<'idempotencyKey' | 'signal'>();
    expectTypeOf<keyof OptionsOf<'checkOut'>>().toEqualTypeOf<'idempotencyKey' | 'ifVersion' | 'signal'>();
    expectTypeOf<keyof OptionsOf<'putLine'>>().toEqualTypeOf<'ifVersion'>();
    expectTypeOf<Parameters<StockKeeper['readSku']>['length']>().toEqualTypeOf<1>();
  });
});
