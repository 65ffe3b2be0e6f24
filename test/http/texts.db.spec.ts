/** What is accepted comes back as it came, through every route and list, on either database, and again after a restart. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planRepair } from '../../src/audit/repair.ts';
import { verify } from '../../src/audit/verify.ts';
import { embeddedFolder } from '../support/embedded.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { anyId, anyText, byBytes } from './any-texts.ts';
import { post, put } from './request-texts.ts';
import { TextShop } from './text-shop.ts';

/** Not shrunk: each story leaves its rows behind. */
const RUNS = { numRuns: 20, endOnFailure: true } as const;

let nth = 0;
const id = anyId(() => nth++);
const story = fc.record({
  sku: id,
  order: id,
  cancelled: id,
  cart: id,
  customer: id,
  product: id,
  name: anyText,
  description: anyText,
  reason: anyText,
  reference: anyText,
});
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

const enc = encodeURIComponent;
const first = (json: Readonly<Record<string, unknown>>) => (json['items'] as Record<string, unknown>[])[0];
const ids = (items: readonly Readonly<Record<string, unknown>>[]) => items.map((item) => item['id']);

describe.each(['PGlite', 'PostgreSQL'])('law: any text comes back byte for byte, on %s', (kind) => {
  const stack = new AsyncDisposableStack();
  let fresh: FreshDatabase | null = null;
  let shop: TextShop;
  const told: (Story & { readonly placed: unknown })[] = [];

  beforeAll(async () => {
    fresh = kind === 'PostgreSQL' ? await freshDatabase() : null;
    shop = await TextShop.open(fresh === null ? { dataDir: await embeddedFolder(stack) } : { url: fresh.url });
  });
  afterAll(async () => {
    await shop.close();
    await fresh?.drop();
    await stack.disposeAsync();
  });

  const place = ({ sku, customer }: Story, orderId: string, key = 'none') =>
    shop.ask(
      post(
        '/orders',
        { id: orderId, customerId: customer, lines: [{ skuId: sku, quantity: 2 }], expiresInSeconds: 60 },
        { 'idempotency-key': `${kind}-${key}` },
      ),
    );

  async function tell(one: Story): Promise<void> {
    const { sku, order, cancelled, cart, product, name, description, reason, reference } = one;
    const created = await shop.ask(post('/skus', { id: sku, productId: product, name, price: 1, onHand: 9 }));
    expect(created).toMatchObject({ status: 201, json: { id: sku, productId: product, name } });
    expect(decodeURIComponent(String(created.headers['location']))).toBe(`/skus/${sku}`);
    const texts = await shop.ask(put(`/products/${enc(product)}`, { name, description }));
    expect(texts).toMatchObject({ status: 201, json: { id: product, name, description } });
    await shop.ask(post(`/skus/${enc(sku)}/receive`, { quantity: 1, reason, reference }));
    await shop.ask(post(`/skus/${enc(sku)}/adjust`, { delta: -1, reason }));
    const placed = await place(one, order, String(told.length));
    expect(placed).toMatchObject({ status: 201, json: { id: order, customerId: one.customer } });
    expect(decodeURIComponent(String(placed.headers['location']))).toBe(`/orders/${order}`);
    await place(one, cancelled, `${told.length}-cancelled`);
    expect((await shop.ask(post(`/orders/${enc(cancelled)}/cancel`, { reason }))).status).toBe(200);
    const line = await shop.ask(put(`/carts/${enc(cart)}/lines/${enc(sku)}`, { quantity: 1 }));
    expect(line).toMatchObject({ status: 200, json: { id: cart, lines: [{ skuId: sku }] } });
    told.push({ ...one, placed: placed.json });
  }

  /** What is read of one thing. */
  async function readEach({ sku, order, cart, product, name, description, customer }: Story): Promise<void> {
    const reads: readonly [string, object][] = [
      [`/skus/${enc(sku)}`, { id: sku, productId: product, name }],
      [`/orders/${enc(order)}`, { id: order, customerId: customer, lines: [{ skuId: sku }] }],
      [`/carts/${enc(cart)}`, { id: cart, lines: [{ skuId: sku, name }] }],
      [`/products/${enc(product)}`, { id: product, name, description, skus: [{ id: sku, name }] }],
    ];
    for (const [url, shown] of reads) expect(await shop.ask(url)).toMatchObject({ status: 200, json: shown });
    const { json } = await shop.ask(post('/availability', { skuIds: [sku] }));
    expect(json).toMatchObject({ items: [{ skuId: sku }], unknown: [] });
  }

  /** What lists have of it, each of which comes from the database. */
  async function readLists({ sku, order, cancelled, customer, reason, reference }: Story): Promise<void> {
    if (!sku.includes(',')) expect(ids([first((await shop.ask(`/skus?ids=${enc(sku)}`)).json) ?? {}])).toEqual([sku]);
    const { json: orders } = await shop.ask(`/orders?customerId=${enc(customer)}`);
    expect(ids(orders['items'] as object[] as [])).toEqual(byBytes([order, cancelled]));
    const { json: ledger } = await shop.ask(`/skus/${enc(sku)}/movements`);
    const of = (kind: string, rest: object) => expect.objectContaining({ skuId: sku, kind, ...rest });
    expect(ledger['items']).toEqual([
      of('received', {}),
      of('received', { reason, reference }),
      of('adjusted', { reason }),
      of('reserved', { orderId: order }),
      of('reserved', { orderId: cancelled }),
      of('released', { orderId: cancelled, reason }),
    ]);
  }

  it('through every route and list', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (one) => {
        await tell(one);
        await readEach(one);
        await readLists(one);
      }),
      RUNS,
    );
    expect(told.filter(({ sku }) => sku.startsWith('\ufeff')).length).toBeGreaterThan(3);
  });

  it('page by page, in the order of the bytes, and the pages end', async () => {
    const all = told.length;
    const [skus, orders, products] = [
      byBytes(told.map(({ sku }) => sku)),
      byBytes(told.flatMap(({ order, cancelled }) => [order, cancelled])),
      byBytes(told.map(({ product }) => product)),
    ];
    expect(ids(await shop.walk('/skus?', 3, all))).toEqual(skus);
    expect(ids(await shop.walk('/orders?', 3, 2 * all))).toEqual(orders);
    expect(ids(await shop.walk('/products?', 3, all))).toEqual(products);
    expect(ids(await shop.walk('/products?sort=sales&', 3, all))).toEqual(products);
  });

  it('after a restart, and a repeat is answered as the first time', async () => {
    await shop.restart();
    for (const [at, one] of told.entries()) {
      await readEach(one);
      const again = await place(one, one.order, String(at));
      expect(again).toMatchObject({ status: 200, headers: { 'idempotent-replayed': 'true' }, json: one.placed });
    }
  });

  it('to the audit, which names what it finds', async () => {
    expect((await verify(shop.database)).total).toBe(0);
    await shop.database.query('update skus set on_hand = on_hand + 1', []);
    const [found, planned]: [unknown[], unknown[]] = [[], []];
    await verify(shop.database, { violationsMax: told.length, onViolation: ({ skuId }) => void found.push(skuId) });
    await planRepair(shop.database, {
      onlySku: null,
      trustQuantities: false,
      onRepair: ({ skuId }) => void planned.push(skuId),
    });
    await shop.database.query('update skus set on_hand = on_hand - 1', []);
    const skus = byBytes(told.map(({ sku }) => sku));
    expect(byBytes(planned as string[])).toEqual(skus);
    expect(byBytes([...new Set(found as string[])])).toEqual(skus);
  });

  it('to the sweeper, which cancels what is overdue and makes an end of idle carts', async () => {
    await shop.later(120);
    for (const { order } of told) {
      expect((await shop.ask(`/orders/${enc(order)}`)).json).toMatchObject({ id: order, cancelReason: 'expired' });
    }
    await shop.later(31 * 24 * 60 * 60);
    for (const { cart } of told) expect((await shop.ask(`/carts/${enc(cart)}`)).status).toBe(404);
    expect((await verify(shop.database)).total).toBe(0);
  });
});
