/** A short story of a shop that meets nearly every refusal there is: what chance alone would take long to reach. */
import type { Call } from './api.ts';
import type { Plan } from './requests.ts';

type Telling = readonly [operationId: string, path: Plan['path'], body?: unknown, headers?: Plan['headers']];

const HIGHEST = 2_147_483_647;
const line = (skuId: string, quantity: number) => ({ skuId, quantity });
const sku = (id: string, onHand: number, more: object = {}): Telling => [
  'createSku',
  {},
  { id, name: id, price: 1, onHand, ...more },
];
const order = (id: string, lines: readonly object[], more: object = {}): Telling => [
  'placeOrder',
  {},
  { id, lines, ...more },
];
const paid = { payment: 'cash_on_delivery' };
const step = (operationId: string, id: string): Telling => [operationId, { id }];
const reduced = (id: string, skuId: string, quantity: number): Telling => ['reduceLine', { id, skuId }, { quantity }];
const returned = (id: string, ...lines: readonly object[]): Telling => [
  'returnUnits',
  { id },
  { lines, restock: true },
  { 'idempotency-key': `${id}-${JSON.stringify(lines)}` },
];
const dear = [1, 2, 3, 4, 5].map((nth) => `story-dear-${nth}`);
const OLD = { 'if-match': '"0"' };
const KEY = { 'idempotency-key': 'story-key' };
const NONE = { 'if-none-match': '*' };

const put = (id: string, skuId: string, quantity = 1): Telling => ['putLine', { id, skuId }, { quantity }];
const checkout = (id: string, orderId: string, more: object = {}, headers = {}): Telling => [
  'checkOut',
  { id },
  { orderId, payment: 'online', ...more },
  headers,
];
const mug = { name: 'Mug', description: 'Two\nlines' };
const merge = (id: string, from: string, headers = {}): Telling => ['mergeCarts', { id }, { from }, headers];

const BEGINNING: readonly Telling[] = [
  sku('story', 9),
  sku('story', 9),
  sku('story-dollar', 9, { currency: 'USD', maxPerOrder: 1 }),
  sku('story-scarce', 9, { maxPerCustomer: 1 }),
  sku('story-full', HIGHEST),
  sku('story-later', 0, { backorderLimit: 5 }),
  ...dear.map((id) => sku(id, 1_000_000, { price: HIGHEST })),
  order('story-brief', [line('story', 1)], { expiresInSeconds: 1 }),

  order('story-1', [line('story', 2)], paid),
  order('story-1', [line('story', 2)], paid),
  order('story-1', [line('story', 3)], paid),
  order('story-x', [line('story', 1), line('story-dollar', 1)]),
  order('story-x', [line('story-dollar', 2)]),
  order('story-x', [line('story-scarce', 1)]),
  order('story-x', [line('story-scarce', 2)], { customerId: 'story-customer' }),
  order('story-x', [line('story-nowhere', 1)]),
  order('story-x', [line('story', 1000)]),
  order(
    'story-x',
    dear.map((id) => line(id, 1_000_000)),
  ),
  reduced('story-1', 'story', 3),
  reduced('story-1', 'story-dollar', 0),
  returned('story-1', line('story', 1)),
  step('shipOrder', 'story-1'),
  step('confirmOrder', 'story-1'),
  step('cancelOrder', 'story-1'),
  reduced('story-1', 'story', 0),
  returned('story-1', line('story', 3)),
  returned('story-1', line('story', 1)),

  order('story-2', [line('story', 2)]),
  step('shipOrder', 'story-2'),
  ['adjustStock', { id: 'story' }, { onHand: 0, reason: 'stocktake' }],
  reduced('story-2', 'story', 1),
  step('cancelOrder', 'story-2'),
  step('cancelOrder', 'story-2'),
  step('confirmOrder', 'story-2'),
  step('shipOrder', 'story-2'),
  reduced('story-2', 'story', 0),
  returned('story-2', line('story', 1)),

  order('story-3', [line('story-later', 1)], paid),
  step('shipOrder', 'story-3'),

  order('story-4', [line('story-full', 1)], paid),
  step('shipOrder', 'story-4'),
  ['receiveStock', { id: 'story-full' }, { quantity: 1 }],
  ['receiveStock', { id: 'story-full' }, { quantity: 1 }],
  ['adjustStock', { id: 'story-full' }, { delta: 1, reason: 'found' }],
  returned('story-4', line('story-full', 1)),

  ['changeSku', { id: 'story' }, { price: 2 }, OLD],
  ['receiveStock', { id: 'story' }, { quantity: 1 }, OLD],
  ['adjustStock', { id: 'story' }, { delta: 1, reason: 'found' }, OLD],

  ['receiveStock', { id: 'story' }, { quantity: 1 }, KEY],
  ['receiveStock', { id: 'story' }, { quantity: 1 }, KEY],
  ['receiveStock', { id: 'story' }, { quantity: 2 }, KEY],
  ['adjustStock', { id: 'story' }, { delta: 1, reason: 'found' }, KEY],
  ['createSku', {}, { id: 'story-y', name: 'y', price: 1 }, KEY],
  ['placeOrder', {}, { lines: [line('story', 1)] }, KEY],
  ...['confirmOrder', 'cancelOrder', 'shipOrder'].map((call): Telling => [call, { id: 'story-1' }, undefined, KEY]),
  ['returnUnits', { id: 'story-1' }, { lines: [line('story', 1)], restock: true }, KEY],

  ['putProduct', { id: 'story-product' }, mug],
  ['putProduct', { id: 'story-product' }, mug],
  ['putProduct', { id: 'story-product' }, mug, { 'if-match': '"9"' }],
  ['putProduct', { id: 'story-product' }, { name: mug.name }],
  ['readProduct', { id: 'story-product' }],
  ['readProduct', { id: 'story-no-product' }],

  sku('story-picked', 9),
  put('story-cart', 'story-picked', 2),
  put('story-cart', 'story-nowhere'),
  ['readCart', { id: 'story-cart' }],
  merge('story-cart', 'story-cart'),
  merge('story-cart', 'story-no-cart'),
  merge('story-cart-2', 'story-cart'),
  merge('story-cart-2', 'story-cart', KEY),
  checkout('story-cart', 'story-c1'),
  checkout('story-no-cart', 'story-c1'),
  checkout('story-cart-2', 'story-c1'),
  checkout('story-cart-2', 'story-c1'),
  checkout('story-cart-2', 'story-c1', { freight: 1 }),
  checkout('story-cart-2', 'story-c1', {}, KEY),
  put('story-cart-6', 'story-picked'),
  ['putLine', { id: 'story-cart-6', skuId: 'story' }, { quantity: 2, selected: false }],
  checkout('story-cart-6', 'story-c3'),
  ['selectAll', { id: 'story-no-cart' }, { selectAll: false }],
  ['removeLine', { id: 'story-no-cart', skuId: 'story' }],
  put('story-cart-3', 'story-picked', 1000),
  checkout('story-cart-3', 'story-c2'),
  put('story-cart-3', 'story-dollar', 2),
  checkout('story-cart-3', 'story-c2'),
  ['removeLine', { id: 'story-cart-3', skuId: 'story-picked' }],
  checkout('story-cart-3', 'story-c2'),
  put('story-cart-3', 'story-dollar'),
  put('story-cart-3', 'story-picked'),
  checkout('story-cart-3', 'story-c2'),
  put('story-cart-4', 'story-scarce', 2),
  checkout('story-cart-4', 'story-c2'),
  checkout('story-cart-4', 'story-c2', { customerId: 'story-customer' }),
  ...dear.map((id) => put('story-cart-5', id, 1_000_000)),
  checkout('story-cart-5', 'story-c2'),

  ['createSku', {}, { id: 'story', name: 'story', price: 1 }, NONE],
  ...['readSku', 'readOrder', 'readCart', 'readProduct'].flatMap((call): Telling[] => {
    const id = { readSku: 'story', readOrder: 'story-1', readCart: 'story-cart' }[call] ?? 'story-product';
    return [
      [call, { id }, undefined, OLD],
      [call, { id }, undefined, call === 'readProduct' ? {} : NONE],
    ];
  }),
  ...['confirmOrder', 'cancelOrder', 'shipOrder'].map((call): Telling => [call, { id: 'story-1' }, undefined, OLD]),
  ['reduceLine', { id: 'story-1', skuId: 'story' }, { quantity: 1 }, OLD],
  [
    'returnUnits',
    { id: 'story-1' },
    { lines: [line('story', 1)], restock: true },
    { ...OLD, 'idempotency-key': 'story-old' },
  ],
  ['putLine', { id: 'story-cart', skuId: 'story-picked' }, { quantity: 1 }, OLD],
  ['removeLine', { id: 'story-cart', skuId: 'story-picked' }, undefined, OLD],
  ['selectAll', { id: 'story-cart' }, { selectAll: true }, OLD],
  merge('story-cart', 'story-cart-2', OLD),
  checkout('story-cart', 'story-old', {}, OLD),
];

/** When the brief order has expired. */
const END: readonly Telling[] = [step('confirmOrder', 'story-brief'), reduced('story-brief', 'story', 0)];

const told = (calls: readonly Call[], tellings: readonly Telling[]): Plan[] =>
  tellings.flatMap(([operationId, path, body, headers = {}]) => {
    const call = calls.find((one) => one.operationId === operationId);
    return call === undefined ? [] : [{ call, path, query: {}, headers, body }];
  });

export const beginning = (calls: readonly Call[]): Plan[] => told(calls, BEGINNING);
export const end = (calls: readonly Call[]): Plan[] => told(calls, END);
