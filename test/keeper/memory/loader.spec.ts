/**
 * How rows are brought into memory: many in one SELECT, one SELECT at a time, and each load gets its own row or its own
 * error.
 */
import { describe, expect, it } from 'vitest';
import type { CorruptRow, Loaded, Wanted } from '../../../src/journal/record.ts';
import { Loader } from '../../../src/keeper/memory/loader.ts';
import { Corrupt } from '../../../src/lib/corrupt.ts';
import type { Cart } from '../../../src/shop/carts/cart.ts';
import type { KeyRecord } from '../../../src/shop/idempotency.ts';
import type { Product } from '../../../src/shop/products/product.ts';
import { anOrder } from '../../shop/orders/examples.ts';
import { aSku } from '../../shop/skus/examples.ts';
import { NOTHING_WANTED } from '../../support/nothing.ts';
import { isSettled, quiet } from '../../support/shop.ts';

const NOTHING_FOUND: Loaded = {
  ...NOTHING_WANTED,
  skus: [],
  orders: [],
  keys: [],
  carts: [],
  products: [],
  standings: [],
  corrupt: [],
};

/** A loader whose ticks and SELECTs are ended by hand. */
function loaderOf(idsMax = 9) {
  const selects: { readonly wanted: Wanted; readonly end: PromiseWithResolvers<Loaded> }[] = [];
  const ticks: (() => void)[] = [];
  const load = (wanted: Wanted) => {
    const end = Promise.withResolvers<Loaded>();
    selects.push({ wanted, end });
    return end.promise;
  };
  const loader = new Loader({ load }, idsMax, (run) => ticks.push(run));
  const tick = () => {
    for (const run of ticks.splice(0)) run();
  };
  const end = async (found: Partial<Loaded> = {}) => {
    selects.at(-1)?.end.resolve({ ...NOTHING_FOUND, ...found });
    await quiet();
  };
  const wanted = () => selects.map((select) => select.wanted);
  return { loader, ticks, tick, end, selects, wanted };
}

/** The same id for one row of each kind. */
const id = 'x';
const cart: Cart = { id, lines: [], version: 1, createdAt: 0, updatedAt: 0 };
const product: Product = { id, name: 'n', description: null, version: 1, createdAt: 0, updatedAt: 0 };
const record: KeyRecord = { key: id, fingerprint: 'f', outcome: '{}', at: 0 };
const FOUND: Partial<Loaded> = {
  skus: [aSku({ id })],
  orders: [anOrder({ id })],
  keys: [record],
  carts: [cart],
  products: [product],
  standings: [{ id, units: 3 }],
};

const askAll = (loader: Loader, of: string) => [
  loader.row('skus', of),
  loader.row('orders', of),
  loader.row('keys', of),
  loader.row('carts', of),
  loader.row('products', of),
  loader.standing(of),
];

describe('what is asked for in one tick', () => {
  it('shares one SELECT, and each is answered with what is its own, or nothing', async () => {
    const { loader, tick, end, wanted } = loaderOf(12);
    const [found, none] = [askAll(loader, id), askAll(loader, 'none')];
    tick();
    const both = [id, 'none'];
    expect(wanted()).toEqual([{ skus: both, orders: both, keys: both, carts: both, products: both, standings: both }]);
    await end(FOUND);
    expect(await Promise.all(found)).toEqual([aSku({ id }), anOrder({ id }), record, cart, product, 3]);
    expect(await Promise.all(none)).toEqual([null, null, null, null, null, null]);
  });

  it('is read so many at a time, and what is asked for meanwhile goes with the next', async () => {
    const { loader, ticks, tick, end, wanted } = loaderOf(2);
    const [a, b, c] = ['a', 'b', 'c'].map((sku) => loader.row('skus', sku));
    expect([ticks.length, wanted()]).toEqual([1, []]);
    tick();
    const d = loader.row('skus', 'd');
    expect([ticks.length, wanted()]).toEqual([0, [{ ...NOTHING_WANTED, skus: ['a', 'b'] }]]);
    await end();
    expect(await Promise.all([a, b])).toEqual([null, null]);
    expect(await isSettled(Promise.any([c, d]))).toBe(false);
    expect(wanted().at(-1)).toEqual({ ...NOTHING_WANTED, skus: ['c', 'd'] });
    await end();
    // All are done. The next load begins with a tick of its own.
    const e = loader.row('skus', 'e');
    expect([ticks.length, wanted().length]).toEqual([1, 2]);
    tick();
    await end();
    expect(await Promise.all([c, d, e])).toEqual([null, null, null]);
  });
});

describe('what cannot be read', () => {
  it('fails all that were asked for with it, and none that comes after', async () => {
    const { loader, tick, end, selects } = loaderOf(2);
    const [a, b, c] = ['a', 'b', 'c'].map((sku) => loader.row('skus', sku));
    const failed = Promise.allSettled([a, b]);
    tick();
    selects[0]?.end.reject(new Error('wire'));
    expect((await failed).map((one) => (one.status === 'rejected' ? one.reason.message : one))).toEqual([
      'wire',
      'wire',
    ]);
    await end();
    expect(await c).toBeNull();
  });

  it.each<[CorruptRow['kind'], object]>([
    ['skus', { kind: 'sku_quarantined', skuId: id }],
    ['orders', { kind: 'order_quarantined', orderId: id }],
    ['carts', { kind: 'cart_quarantined', cartId: id }],
  ])(
    'because it contradicts itself is told of as such, and of nothing else of that id: %s',
    async (kind, quarantined) => {
      const { loader, tick, end } = loaderOf();
      const all = Promise.allSettled(askAll(loader, id));
      tick();
      await end({ ...FOUND, [kind]: [], corrupt: [{ kind, id, reason: 'r' }] });
      const troubles = (await all).flatMap((one) => (one.status === 'rejected' ? [one.reason as Corrupt] : []));
      expect(troubles).toEqual([expect.any(Corrupt)]);
      expect(troubles[0]).toMatchObject({ isStored: true, quarantined: { ...quarantined, reason: 'r' } });
    },
  );
});
