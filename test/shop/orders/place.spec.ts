/** Placing an order, sentence by sentence. */
import { describe, expect, it } from 'vitest';
import { type PlaceRequest, placeOrder, type Shop } from '../../../src/shop/orders/place.ts';
import { COUNTER_MAX, type Sku } from '../../../src/shop/skus/sku.ts';
import { aSku } from '../skus/examples.ts';

const AT = 5000;

function ask(changes: Partial<PlaceRequest> = {}): PlaceRequest {
  return {
    orderId: 'o1',
    lines: [
      { skuId: 'anvil', quantity: 2 },
      { skuId: 'bolt', quantity: 3 },
    ],
    payment: 'online',
    customerId: 'ann',
    freight: 450,
    expiresInSeconds: 60,
    fingerprint: 'f',
    ...changes,
  };
}

/** Places on a shop with these SKUs. */
function place(request: PlaceRequest, ...skus: Sku[]) {
  return placeIn({ skus }, request);
}

/** The same, where the customer has units of each SKU already. */
function placeIn({ skus, standing = {} }: { skus: Sku[]; standing?: Record<string, number> }, request: PlaceRequest) {
  const shop: Shop = {
    sku: (skuId) => skus.find((sku) => sku.id === skuId) ?? null,
    standing: (customerId, skuId) => (customerId === 'ann' ? (standing[skuId] ?? 0) : 0),
    ahead: () => 0,
  };
  return placeOrder(request, shop, AT);
}

const anvil = aSku();
const bolt = aSku({ id: 'bolt', price: 10, version: 8 });

describe('a placement that finds its stock', () => {
  it('is an order at the prices of now, holding its stock until it expires', () => {
    expect(place(ask(), anvil, bolt)).toEqual({
      placed: {
        id: 'o1',
        status: 'pending',
        payment: 'online',
        customerId: 'ann',
        lines: [
          { skuId: 'anvil', quantity: 2, ordered: 2, unitPrice: 500, returned: 0 },
          { skuId: 'bolt', quantity: 3, ordered: 3, unitPrice: 10, returned: 0 },
        ],
        freight: 450,
        currency: 'EUR',
        expiresAt: AT + 60_000,
        cancelReason: null,
        version: 1,
        fingerprint: 'f',
        createdAt: AT,
        updatedAt: AT,
      },
    });
  });

  it('is confirmed at once and never expires when it is paid on delivery', () => {
    expect(place(ask({ payment: 'cash_on_delivery' }), anvil, bolt)).toMatchObject({
      placed: { status: 'confirmed', expiresAt: null },
    });
  });

  it('adds lines of one SKU together', () => {
    const lines = ['anvil', 'bolt', 'anvil'].map((skuId) => ({ skuId, quantity: 5 }));
    expect(place(ask({ lines }), anvil, bolt)).toMatchObject({
      placed: {
        lines: [
          { skuId: 'anvil', quantity: 10 },
          { skuId: 'bolt', quantity: 5 },
        ],
      },
    });
  });
});

describe('a placement of nobody in particular', () => {
  it('has what is limited for nobody', () => {
    expect(place(ask({ customerId: null }), anvil, bolt)).toMatchObject({ placed: { customerId: null } });
  });
});

describe('a placement that is refused', () => {
  it('names every SKU that does not exist, once', () => {
    const lines = ['x', 'anvil', 'y', 'x'].map((skuId) => ({ skuId, quantity: 1 }));
    expect(place(ask({ lines }), anvil)).toEqual({ refusal: { kind: 'unknown_sku', skuIds: ['x', 'y'] } });
  });

  it('has no lines, and so no currency', () => {
    expect(place(ask({ lines: [] }), anvil)).toEqual({ refusal: { kind: 'currency_mismatch', currencies: [] } });
  });

  it('names the currencies that meet', () => {
    expect(place(ask(), anvil, { ...bolt, currency: 'USD' })).toEqual({
      refusal: { kind: 'currency_mismatch', currencies: ['EUR', 'USD'] },
    });
  });

  it('names every line above what one order may take, lines of one SKU together', () => {
    const lines = ['anvil', 'bolt', 'anvil'].map((skuId) => ({ skuId, quantity: 2 }));
    expect(place(ask({ lines }), { ...anvil, maxPerOrder: 3 }, { ...bolt, maxPerOrder: 2 })).toEqual({
      refusal: { kind: 'max_per_order', violations: [{ skuId: 'anvil', requested: 4, maxPerOrder: 3 }] },
    });
  });

  it('names the first line above what one customer may have, with what stands already, lines of one SKU together', () => {
    const lines = ['anvil', 'bolt', 'anvil'].map((skuId) => ({ skuId, quantity: 2 }));
    const skus = [
      { ...anvil, maxPerCustomer: 5 },
      { ...bolt, maxPerCustomer: 2 },
    ];
    expect(placeIn({ skus, standing: { anvil: 1 } }, ask({ lines }))).toHaveProperty('placed');
    expect(placeIn({ skus, standing: { anvil: 2, bolt: 1 } }, ask({ lines }))).toEqual({
      refusal: { kind: 'max_per_customer', skuId: 'anvil', requested: 4, standing: 2, maxPerCustomer: 5 },
    });
    expect(placeIn({ skus, standing: { anvil: 1, bolt: 1 } }, ask({ lines }))).toEqual({
      refusal: { kind: 'max_per_customer', skuId: 'bolt', requested: 2, standing: 1, maxPerCustomer: 2 },
    });
    expect(placeIn({ skus, standing: { anvil: 9 } }, ask({ lines, customerId: 'bob' }))).toHaveProperty('placed');
  });

  it('names nobody, and asks for what is limited for each customer', () => {
    expect(place(ask({ customerId: null }), anvil, { ...bolt, maxPerCustomer: 1_000_000 })).toEqual({
      refusal: { kind: 'customer_required', skuId: 'bolt' },
    });
  });

  it('names every shortage, with the version at which it was true, and lines of one SKU together', () => {
    const lines = ['anvil', 'bolt', 'anvil'].map((skuId) => ({ skuId, quantity: 6 }));
    expect(place(ask({ lines }), anvil, { ...bolt, onHand: 4 })).toEqual({
      refusal: {
        kind: 'insufficient_stock',
        shortages: [
          { skuId: 'anvil', requested: 12, available: 10, version: 1 },
          { skuId: 'bolt', requested: 6, available: 4, version: 8 },
        ],
      },
    });
  });

  it('has an amount that could not be told exactly', () => {
    const dear = { ...anvil, price: COUNTER_MAX, onHand: COUNTER_MAX };
    const lines = [{ skuId: 'anvil', quantity: 1_000_000 }];
    const rest = Number.MAX_SAFE_INTEGER - COUNTER_MAX * 1_000_000;
    expect(place(ask({ lines, freight: rest }), dear)).toHaveProperty('placed');
    expect(place(ask({ lines, freight: rest + 1 }), dear)).toEqual({
      refusal: { kind: 'amount_too_large', highest: Number.MAX_SAFE_INTEGER },
    });
  });

  // Red with: placing that asks for `available` alone. The first line would be reserved when the second refuses.
  it('meets a counter at the end of its range before any line is reserved', () => {
    expect(place(ask(), anvil, { ...bolt, sales: COUNTER_MAX - 2 })).toEqual({
      refusal: {
        kind: 'counter_limit',
        skuId: 'bolt',
        counter: 'sales',
        requested: COUNTER_MAX + 1,
        highest: COUNTER_MAX,
      },
    });
  });
});

describe('a placement with several faults', () => {
  // Each shop heals the fault that was named before.
  const faults: [string, Sku[], Partial<PlaceRequest>][] = [
    ['unknown_sku', [{ ...anvil, currency: 'USD', maxPerOrder: 1, onHand: 0 }], {}],
    ['currency_mismatch', [{ ...anvil, currency: 'USD', maxPerOrder: 1, onHand: 0 }, bolt], {}],
    [
      'max_per_order',
      [{ ...anvil, maxPerOrder: 1, maxPerCustomer: 1, onHand: 0 }, bolt],
      { customerId: null, freight: Number.MAX_SAFE_INTEGER },
    ],
    [
      'customer_required',
      [{ ...anvil, maxPerCustomer: 1, onHand: 0 }, bolt],
      { customerId: null, freight: Number.MAX_SAFE_INTEGER },
    ],
    ['max_per_customer', [{ ...anvil, maxPerCustomer: 1, onHand: 0 }, bolt], { freight: Number.MAX_SAFE_INTEGER }],
    ['amount_too_large', [{ ...anvil, onHand: 0 }, bolt], { freight: Number.MAX_SAFE_INTEGER }],
    [
      'insufficient_stock',
      [
        { ...anvil, sales: COUNTER_MAX },
        { ...bolt, onHand: 0 },
      ],
      {},
    ],
    ['counter_limit', [{ ...anvil, sales: COUNTER_MAX }, bolt], {}],
  ];

  it.each(faults)('names the first in order of precedence: %s', (kind, skus, changes) => {
    expect(place(ask(changes), ...skus)).toMatchObject({ refusal: { kind } });
  });
});
