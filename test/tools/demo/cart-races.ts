/** The races of carts: two tabs that write one, and two carts that check out the same last unit. */
import type { Request } from '../../support/shop-client.ts';
import { count, create, type Race, type Read, stockOf } from './race.ts';

const put = (cartId: string, skuId: string): Request => ({
  method: 'PUT',
  path: `/carts/${cartId}/lines/${skuId}`,
  body: { quantity: 1 },
});
const checkout = (cartId: string): Request => ({
  method: 'POST',
  path: `/carts/${cartId}/checkout`,
  body: { orderId: cartId, payment: 'online' },
});

const linesOf = async (read: Read, cartId: string): Promise<string[]> =>
  (await read<{ lines: { skuId: string }[] }>(`/carts/${cartId}`)).lines.map(({ skuId }) => skuId);

export const lostEdit: Race = {
  name: 'lost-edit',
  title: 'The lost cart edit: two tabs write one cart',
  naive:
    'It reads the cart, changes a line, and writes the cart as a whole. The second tab writes over what the first has written.',
  region: 'cart',
  asked: 'one client puts tea, the other a pen into the same cart, where a mug is (PUT /carts/:id/lines/:skuId)',
  keeper: 'A cart has an actor too, and a request changes one line of it: both edits stay.',
  prepare: (round) => [
    ...['mug', 'pen', 'tea'].map((name) => create(`${round}-${name}`, 10)),
    put(round, `${round}-mug`),
  ],
  ask: (round) => [put(round, `${round}-tea`), put(round, `${round}-pen`)],
  answers: { '200': 2 },
  async look(read, round, replies) {
    const names = (await linesOf(read, round)).map((skuId) => skuId.slice(round.length + 1)).toSorted();
    const edits = count(replies, 200);
    const lost = 1 + edits - names.length;
    return {
      words: `cart: ${names.join(', ')}`,
      wrong: lost === 0 ? null : `${edits} edits were acknowledged, ${lost} is gone`,
    };
  },
};

export const clearedCart: Race = {
  name: 'cleared-cart',
  title: 'The cart that is cleared though the order failed, and the order that half-succeeds',
  naive:
    'It even takes no more than there is. But it clears the cart first, and takes line by line: who is refused at the second line has lost the cart, and the first line stays taken.',
  region: 'checkout',
  asked: 'two carts with a tea and the last lamp, each client checks out one (POST /carts/:id/checkout)',
  keeper:
    'Cart, order and all SKUs are decided in one turn and written in one transaction: all of it happens, or none.',
  prepare: (round) => [
    create(`${round}-tea`, 10),
    create(`${round}-lamp`, 1),
    ...['a', 'b'].flatMap((cart) => ['tea', 'lamp'].map((name) => put(`${round}-${cart}`, `${round}-${name}`))),
  ],
  ask: (round) => [checkout(`${round}-a`), checkout(`${round}-b`)],
  answers: { '201': 1, '409 insufficient_stock': 1 },
  async look(read, round, replies) {
    const [tea, lamp] = [await stockOf(read, `${round}-tea`), await stockOf(read, `${round}-lamp`)];
    const carts = await Promise.all(['a', 'b'].map((cart) => linesOf(read, `${round}-${cart}`)));
    const bought = (at: number): boolean => replies[at]?.status === 201;
    const owners = carts.map(({ length }, at) => {
      const owner = replies.length === 0 ? 'cart' : bought(at) ? 'bought cart' : 'refused cart';
      return `${owner} ${length === 0 ? 'empty' : `${length} lines`}`;
    });
    const sold = count(replies, 201);
    const cleared = carts.some(({ length }, at) => !bought(at) && length !== 2);
    const kept = carts.some(({ length }, at) => bought(at) && length !== 0);
    const wrong = [
      ...(cleared ? ['the order failed and the cart is gone'] : []),
      ...(kept ? ['the order stands and the cart is full'] : []),
      ...(10 - tea === sold ? [] : [`${10 - tea} tea were taken for ${sold} order`]),
      ...(1 - lamp === sold ? [] : [`${1 - lamp} lamps were taken for ${sold} order`]),
    ];
    return {
      words: `stock tea ${tea}, lamp ${lamp}; ${owners.toSorted().join(', ')}`,
      wrong: wrong.length === 0 ? null : wrong.join(', and '),
    };
  },
};
