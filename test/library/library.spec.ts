/** The library on the embedded database: calls, refusals, misuse, lists, the end. */
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { createStockKeeper, type OutcomeOf, type StockKeeper } from '../../src/index.ts';
import { embeddedFolder } from '../support/embedded.ts';
import { mugsOf, withMugs } from './keepers.ts';

const stack = new AsyncDisposableStack();
let keeper: StockKeeper;

beforeAll(async () => {
  const dataDir = await embeddedFolder(stack);
  keeper = stack.use(await createStockKeeper({ database: { dataDir } }));
  await withMugs(keeper, 10);
});
afterAll(() => stack.disposeAsync());

const mugs = (quantity: number) => ({ lines: [{ skuId: 'MUG', quantity }] });

type PlaceOutcome = OutcomeOf<'placeOrder'>;

describe('an order', () => {
  it('holds its stock, and a cancel sent twice gives it back once, with the same answer', async () => {
    const placed = await keeper.placeOrder({ id: 'o1', ...mugs(3) });
    expect(placed).toMatchObject({
      kind: 'order_placed',
      order: { id: 'o1', status: 'pending', payment: 'online', freight: 0, totalAmount: 3870 },
      replayed: false,
    });
    expect(await mugsOf(keeper)).toBe(7);
    const [first, second] = await Promise.all([
      keeper.cancelOrder({ id: 'o1', reason: 'no' }),
      keeper.cancelOrder({ id: 'o1' }),
    ]);
    expect(second).toEqual(first);
    expect(first).toMatchObject({ kind: 'order', order: { status: 'cancelled', cancelReason: 'requested' } });
    expect(await mugsOf(keeper)).toBe(10);
  });

  it('is refused with its facts when there is too little, and is not thrown', async () => {
    expect(await keeper.placeOrder({ ...mugs(11) })).toEqual({
      kind: 'insufficient_stock',
      shortages: [{ skuId: 'MUG', requested: 11, available: 10, version: expect.any(Number) }],
      replayed: false,
    });
    expect(await keeper.confirmOrder({ id: 'none' })).toMatchObject({ kind: 'order_not_found', orderId: 'none' });
  });

  it('is confirmed, shipped and taken back', async () => {
    await keeper.placeOrder({ id: 'o2', ...mugs(2) });
    expect(await keeper.shipOrder({ id: 'o2' })).toMatchObject({ kind: 'order_not_confirmed' });
    expect(await keeper.confirmOrder({ id: 'o2' })).toMatchObject({ kind: 'order', order: { status: 'confirmed' } });
    expect(await keeper.reduceLine({ id: 'o2', skuId: 'MUG', quantity: 1 })).toMatchObject({
      kind: 'order',
      order: { totalCount: 1 },
    });
    expect(await keeper.shipOrder({ id: 'o2' })).toMatchObject({ kind: 'order', order: { status: 'shipped' } });
    const back = { ...mugs(1), restock: true };
    const key = { idempotencyKey: 'back-1' };
    const first = await keeper.returnUnits({ id: 'o2', ...back }, key);
    expect(first).toMatchObject({ kind: 'order', order: { lines: [{ returned: 1 }] }, replayed: false });
    expect(await keeper.returnUnits({ id: 'o2', ...back }, key)).toEqual({ ...first, replayed: true });
    expect(await keeper.returnUnits({ id: 'o2', ...back, restock: false }, key)).toMatchObject({
      kind: 'idempotency_key_reused',
    });
    expect(await mugsOf(keeper)).toBe(10);
  });

  it('waits for stock, until its signal gives up', async () => {
    const gone = new AbortController();
    const waits = keeper.placeOrder({ ...mugs(11), waitSeconds: 60 }, { signal: gone.signal });
    setImmediate(() => gone.abort());
    expect(await waits).toMatchObject({ kind: 'insufficient_stock' });
  });

  it('has the outcomes of placing and no others as its type', () => {
    expectTypeOf<Extract<PlaceOutcome, { kind: 'order_not_confirmed' }>>().toBeNever();
    expectTypeOf<Extract<PlaceOutcome, { kind: 'order_placed' }>>().not.toBeNever();
    expectTypeOf<Extract<PlaceOutcome, { kind: 'unknown_outcome' }>>().not.toBeNever();
  });
});

describe('a cart', () => {
  it('is filled and bought', async () => {
    await keeper.putLine({ id: 'c1', skuId: 'MUG', quantity: 2 });
    await keeper.putLine({ id: 'guest', skuId: 'MUG', quantity: 1 });
    expect(await keeper.mergeCarts({ id: 'c1', from: 'guest' })).toMatchObject({
      kind: 'cart',
      cart: { totalCount: 3 },
    });
    expect(await keeper.selectAll({ id: 'c1', selectAll: false })).toMatchObject({
      kind: 'cart',
      cart: { totalCount: 0 },
    });
    expect(await keeper.checkOut({ id: 'c1', payment: 'online' })).toMatchObject({ kind: 'nothing_selected' });
    await keeper.selectAll({ id: 'c1', selectAll: true });
    const bought = await keeper.checkOut({ id: 'c1', orderId: 'o3', payment: 'cash_on_delivery', freight: 490 });
    expect(bought).toMatchObject({ kind: 'order_placed', order: { totalAmount: 3 * 1290 + 490 } });
    expect(await keeper.readCart({ id: 'c1' })).toMatchObject({ kind: 'cart', cart: { lines: [] } });
    expect(await keeper.removeLine({ id: 'none', skuId: 'MUG' })).toMatchObject({ kind: 'cart_not_found' });
    await keeper.cancelOrder({ id: 'o3' });
  });
});

describe('stock', () => {
  it('is received, adjusted and changed at the version that was read', async () => {
    await keeper.createSku({ id: 'CUP', name: 'Cup', price: 500 });
    const received = await keeper.receiveStock({ id: 'CUP', quantity: 5 }, { idempotencyKey: 'r1' });
    expect(received).toMatchObject({ kind: 'sku', sku: { onHand: 5, version: 1 } });
    expect(await keeper.receiveStock({ id: 'CUP', quantity: 5 }, { idempotencyKey: 'r1' })).toEqual({
      ...received,
      replayed: true,
    });
    expect(await keeper.adjustStock({ id: 'CUP', delta: -1, reason: 'broken' }, { ifVersion: 9 })).toMatchObject({
      kind: 'stale_version',
      version: 1,
    });
    expect(await keeper.adjustStock({ id: 'CUP', onHand: 4, reason: 'counted' })).toMatchObject({
      kind: 'sku',
      sku: { onHand: 4 },
    });
    expect(await keeper.changeSku({ id: 'CUP', price: 600, productId: 'CUPS' })).toMatchObject({
      kind: 'sku',
      sku: { price: 600 },
    });
    expect(await keeper.readAvailability({ skuIds: ['CUP', 'none', 'CUP'] })).toMatchObject({
      items: [{ skuId: 'CUP', available: 4 }],
      unknown: ['none'],
    });
  });

  it('is listed page by page', async () => {
    expect(await keeper.listSkus({ limit: 1 })).toMatchObject({ kind: 'page', items: [{ id: 'CUP' }], next: 'CUP' });
    expect(await keeper.listSkus({ after: 'CUP' })).toMatchObject({ items: [{ id: 'MUG' }], next: null });
    expect(await keeper.listSkus({ ids: 'MUG,none,CUP' })).toMatchObject({ items: [{ id: 'MUG' }, { id: 'CUP' }] });
    expect(await keeper.listMovements({ id: 'CUP', after: 1 })).toMatchObject({
      kind: 'page',
      items: [{ kind: 'adjusted' }, { kind: 'changed' }],
    });
    expect(await keeper.listMovements({ id: 'none' })).toMatchObject({ kind: 'sku_not_found' });
    expect(await keeper.listOrders({ status: 'shipped' })).toMatchObject({ kind: 'page', items: [{ id: 'o2' }] });
    expect(await keeper.putProduct({ id: 'CUPS', name: 'Cups' })).toMatchObject({ kind: 'product_created' });
    expect(await keeper.readProduct({ id: 'CUPS' })).toMatchObject({
      kind: 'product',
      product: { name: 'Cups', skus: [{ id: 'CUP' }], next: null },
    });
    expect(await keeper.listProducts({ sort: 'sales' })).toMatchObject({
      kind: 'page',
      items: [{ id: 'CUPS', skuCount: 1 }],
    });
    expect(await keeper.readProduct({ id: 'none' })).toMatchObject({ kind: 'product_not_found' });
  });
});

describe('two keepers in one process', () => {
  it('keep their databases apart', async () => {
    await using own = new AsyncDisposableStack();
    const other = own.use(await createStockKeeper({ database: { dataDir: await embeddedFolder(own) } }));
    await withMugs(other, 5);
    await other.placeOrder({ id: 'o1', ...mugs(5) });
    expect(await mugsOf(other)).toBe(0);
    expect(await mugsOf(keeper)).toBe(10);
    await other.close();
    expect(await mugsOf(other)).toBe('closing');
    expect(await mugsOf(keeper)).toBe(10);
  });
});

describe('a closed keeper', () => {
  it('is none for a logger that throws: it is closed by who opened it, and nothing else', async () => {
    await using own = new AsyncDisposableStack();
    const fails = () => {
      throw new Error('the log is full');
    };
    const logger = { trace: fails, info: fails, warn: fails, error: fails };
    const keeper = await createStockKeeper({ database: { dataDir: await embeddedFolder(own) }, logger });
    await withMugs(keeper, 4);
    await keeper.close();
  });

  it('was closed once however often it was asked to, answers closing from that moment on, and can be opened again', async () => {
    await using own = new AsyncDisposableStack();
    const dataDir = await embeddedFolder(own);
    const first = await withMugs(await createStockKeeper({ database: { dataDir } }), 4);
    const pending = first.placeOrder(mugs(1));
    const closed = Promise.all([first.close(), first.close()]);
    expect(await first.placeOrder(mugs(1))).toMatchObject({ kind: 'closing' });
    await closed;
    expect(await pending).toMatchObject({ kind: 'order_placed' });
    await first.close();
    expect(await first.placeOrder(mugs(1))).toMatchObject({ kind: 'closing' });
    expect(await first.listSkus()).toMatchObject({ kind: 'closing' });
    await using again = await createStockKeeper({ database: { dataDir } });
    expect(await mugsOf(again)).toBe(3);
  });
});
