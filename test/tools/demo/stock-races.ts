/** The races for the stock of a SKU, and for the sales of a product. */
import { orderRequest, type Request } from '../../support/shop-client.ts';
import { count, create, type Race, stockOf } from './race.ts';

const cancel = (orderId: string): Request => ({ method: 'POST', path: `/orders/${orderId}/cancel` });

export const oversell: Race = {
  name: 'oversell',
  title: 'Oversell: two buyers read "1 left"',
  naive:
    'It reads the stock, looks whether that is enough, and takes it. Between the first line and the third another buyer reads.',
  region: 'oversell',
  asked: 'each client orders 1 unit of the SKU of which 1 is left (POST /orders)',
  keeper: 'Whatever is asked of a SKU is decided by its one actor, one after another: the second buyer finds 0 left.',
  prepare: (round) => [create(round, 1)],
  ask: (round) => [orderRequest(`${round}-a`, { [round]: 1 }), orderRequest(`${round}-b`, { [round]: 1 })],
  answers: { '201': 1, '409 insufficient_stock': 1 },
  async look(read, round, replies) {
    const [stock, sold] = [await stockOf(read, round), count(replies, 201)];
    const fits = stock === 1 - sold && stock >= 0;
    return { words: `stock ${stock}`, wrong: fits ? null : `1 unit was there, ${sold} were sold` };
  },
};

export const cancelTwice: Race = {
  name: 'cancel-twice',
  title: 'Cancelled twice: the stock goes from 0 to 2',
  naive:
    'It looks whether the order is cancelled already, marks it, and gives its stock back. Two cancels both find that it is not.',
  region: 'cancel',
  asked: 'both clients cancel the same order of the last unit (POST /orders/:id/cancel)',
  keeper: 'The order is a state machine: it leaves its state once, and gives its stock back in that same turn.',
  prepare: (round) => [create(round, 1), orderRequest(round, { [round]: 1 })],
  ask: (round) => [cancel(round), cancel(round)],
  answers: { '200': 2 },
  async look(read, round, replies) {
    const stock = await stockOf(read, round);
    const fits = stock === (replies.length === 0 ? 0 : 1);
    return { words: `stock ${stock}`, wrong: fits ? null : `1 unit was sold, ${stock} came back` };
  },
};

export const lostSales: Race = {
  name: 'lost-sales',
  title: "Lost sales: the product's own counter",
  naive:
    'With each order it reads the sales of the product, adds, and writes. Two orders that read the same number count once.',
  region: 'sales',
  asked: 'one client orders 1 red, the other 1 blue of the same product (POST /orders)',
  keeper:
    'There is no second counter: the sales of a product are the sum over its SKUs, and each SKU counts in its turn.',
  prepare: (round) => [create(`${round}-red`, 10, round), create(`${round}-blue`, 10, round)],
  ask: (round) => [
    orderRequest(`${round}-a`, { [`${round}-red`]: 1 }),
    orderRequest(`${round}-b`, { [`${round}-blue`]: 1 }),
  ],
  answers: { '201': 2 },
  async look(read, round, replies) {
    const { sales } = await read<{ sales: number }>(`/products/${round}`);
    const [red, blue] = [await stockOf(read, `${round}-red`), await stockOf(read, `${round}-blue`)];
    const sold = count(replies, 201);
    const fits = sales === sold && 20 - red - blue === sold;
    return {
      words: `sales ${sales}, stock red ${red}, blue ${blue}`,
      wrong: fits ? null : `${sold} were sold, the product says ${sales}`,
    };
  },
};
