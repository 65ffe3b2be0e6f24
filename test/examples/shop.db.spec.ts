/** The example shop, as its customers and its staff use it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddedFolder } from '../support/embedded.ts';
import { createShop } from './shop.ts';

const stack = new AsyncDisposableStack();
let shop: Awaited<ReturnType<typeof createShop>>;

beforeAll(async () => {
  const users = new Map([
    ['s-ann', { name: 'ann', isStaff: false }],
    ['s-bob', { name: 'bob', isStaff: false }],
    ['s-eva', { name: 'eva', isStaff: true }],
  ]);
  const dataDir = await embeddedFolder(stack);
  shop = await createShop({ database: { dataDir }, userOf: (session) => users.get(session) ?? null });
  stack.defer(() => shop.close());
  const mug = { id: 'MUG', name: 'Mug', price: 1290, onHand: 5 };
  expect((await post('s-eva', '/stock/skus', mug)).statusCode).toBe(201);
});
afterAll(() => stack.disposeAsync());

const post = (session: string, url: string, payload?: object) =>
  shop.inject({
    method: 'POST',
    url,
    headers: { 'x-session': session },
    ...(payload === undefined ? {} : { payload }),
  });
const left = async () => (await shop.inject('/left/MUG')).json().left;
const buy = (session: string, id: string, quantity: number) => post(session, '/buy', { id, skuId: 'MUG', quantity });

describe('a customer', () => {
  it('buys once however often the button is pressed, and gets the stock back once', async () => {
    const [first, second] = await Promise.all([buy('s-ann', 'a1', 2), buy('s-ann', 'a1', 2)]);
    expect([first?.statusCode, first?.json()]).toEqual([201, { orderId: 'a1', toPay: 2580 }]);
    expect(second?.json()).toEqual(first?.json());
    expect(await left()).toBe(3);
    const cancels = await Promise.all([post('s-ann', '/orders/a1/cancel'), post('s-ann', '/orders/a1/cancel')]);
    expect(cancels.map((answer) => answer.json())).toEqual([{ status: 'cancelled' }, { status: 'cancelled' }]);
    expect(await left()).toBe(5);
  });

  it('is told what is left when there is too little, and pays for what was got', async () => {
    expect((await buy('s-ann', 'a2', 4)).statusCode).toBe(201);
    const late = await buy('s-bob', 'b1', 2);
    expect([late.statusCode, late.json()]).toEqual([409, { problem: 'sold out', left: 1 }]);
    expect((await post('s-ann', '/orders/a2/paid')).json()).toEqual({ status: 'confirmed' });
    expect((await buy('s-ann', 'a2', 1)).json()).toEqual({ problem: 'order_id_reused' });
  });

  it('has nothing to do with the orders of others, or with the keeper itself', async () => {
    expect((await post('s-bob', '/orders/a2/cancel')).statusCode).toBe(404);
    expect((await post('s-bob', '/orders/none/paid')).statusCode).toBe(404);
    expect((await buy('s-nobody', 'n1', 1)).statusCode).toBe(401);
    expect((await post('s-bob', '/stock/orders/a2/cancel')).statusCode).toBe(403);
    expect((await post('s-nobody', '/stock/orders/a2/cancel')).statusCode).toBe(401);
    expect(await left()).toBe(1);
  });
});

describe('the staff', () => {
  it('ships and receives over the routes of the keeper', async () => {
    expect((await post('s-eva', '/stock/orders/a2/ship')).json()).toMatchObject({ status: 'shipped' });
    expect((await post('s-eva', '/stock/skus/MUG/receive', { quantity: 7 })).statusCode).toBe(200);
    expect(await left()).toBe(8);
  });
});

describe('while the shop closes', () => {
  it('customers are told to come again', async () => {
    await shop.stockKeeper.close();
    const answer = await buy('s-ann', 'a3', 1);
    expect([answer.statusCode, answer.json(), answer.headers['retry-after']]).toEqual([
      503,
      { problem: 'come again' },
      '1',
    ]);
  });
});
