/**
 * One SKU and its orders of one line, as a buyer would explain them: an independent model that shares nothing with the rules of the service.
 * Answers are what HTTP tells of them: the status and code, and of a success the numbers that a client would act on.
 */
import type { Model } from './wing-gong.ts';

export type Question =
  | { readonly kind: 'create'; readonly onHand: number }
  | { readonly kind: 'read' }
  | { readonly kind: 'receive'; readonly quantity: number; readonly key: string | null }
  | { readonly kind: 'adjust'; readonly delta: number | null; readonly onHand: number | null }
  | { readonly kind: 'place'; readonly orderId: string; readonly quantity: number; readonly cash: boolean }
  | { readonly kind: 'read_order' | 'confirm' | 'cancel' | 'ship'; readonly orderId: string };

/** E.g. `201 sku 4/0/0 v1`, `200 again order pending 2`, `409 insufficient_stock 1 v3`. */
export type Answer = string;

interface Order {
  readonly quantity: number;
  readonly cash: boolean;
  readonly status: 'pending' | 'confirmed' | 'shipped' | 'cancelled';
}

/** `orders` and `answers` (first answers under their keys) are replaced, never changed. Not there yet while `version` is null. */
export interface Stock {
  readonly onHand: number;
  readonly reserved: number;
  readonly sales: number;
  readonly version: number | null;
  readonly orders: Readonly<Record<string, Order>>;
  readonly answers: Readonly<Record<string, Answer>>;
}

export const skuAnswer = (
  status: number,
  again: boolean,
  sku: Pick<Stock, 'onHand' | 'reserved' | 'sales' | 'version'>,
) => `${status}${again ? ' again' : ''} sku ${sku.onHand}/${sku.reserved}/${sku.sales} v${sku.version}`;
export const orderAnswer = (status: number, again: boolean, order: Pick<Order, 'status' | 'quantity'>) =>
  `${status}${again ? ' again' : ''} order ${order.status} ${order.quantity}`;
export const shortAnswer = (available: number, version: number | null) =>
  `409 insufficient_stock ${available} v${version}`;

type Step = { readonly state: Stock; readonly answer: Answer };

export const STOCK_MODEL: Model<Stock, Question, Answer> = {
  initial: { onHand: 0, reserved: 0, sales: 0, version: null, orders: {}, answers: {} },
  step,
  isSame: (heard, should) => heard === should,
  fingerprint: ({ onHand, reserved, version, orders, answers }) =>
    JSON.stringify([
      onHand,
      reserved,
      version,
      Object.entries(orders).sort(byName),
      Object.entries(answers).sort(byName),
    ]),
};

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1);

function step(state: Stock, question: Question): Step {
  switch (question.kind) {
    case 'create': {
      if (state.version !== null) return { state, answer: '409 sku_exists' };
      const { onHand } = question;
      const opened = { ...state, onHand, version: onHand === 0 ? 0 : 1 };
      return { state: opened, answer: skuAnswer(201, false, opened) };
    }
    case 'place':
      return place(state, question);
    case 'read':
    case 'receive':
    case 'adjust':
      return stock(state, question);
    default:
      return orderStep(state, question);
  }
}

function stock(state: Stock, question: Extract<Question, { kind: 'read' | 'receive' | 'adjust' }>): Step {
  if (question.kind === 'receive' && question.key !== null) {
    const first = state.answers[question.key];
    if (first !== undefined) return { state, answer: first.replace(/^\d+/, '$& again') };
    const { state: after, answer } = stock(state, { ...question, key: null });
    // A refusal is decided afresh.
    if (!answer.startsWith('200')) return { state, answer };
    return { state: { ...after, answers: { ...after.answers, [question.key]: answer } }, answer };
  }
  if (state.version === null) return { state, answer: '404 sku_not_found' };
  const by =
    question.kind === 'read'
      ? 0
      : question.kind === 'receive'
        ? question.quantity
        : (question.delta ?? (question.onHand ?? 0) - state.onHand);
  if (by < 0 && state.onHand + by < state.reserved) return { state, answer: '409 below_reserved' };
  const after = by === 0 ? state : moved(state, { onHand: state.onHand + by });
  return { state: after, answer: skuAnswer(200, false, after) };
}

function place(state: Stock, { orderId, quantity, cash }: Extract<Question, { kind: 'place' }>): Step {
  const placed: Order = { quantity, cash, status: cash ? 'confirmed' : 'pending' };
  const existing = state.orders[orderId];
  if (existing !== undefined) {
    const isSame = existing.quantity === quantity && existing.cash === cash;
    return { state, answer: isSame ? orderAnswer(200, true, placed) : '422 order_id_reused' };
  }
  if (state.version === null) return { state, answer: '422 unknown_sku' };
  const available = state.onHand - state.reserved;
  if (quantity > available) return { state, answer: shortAnswer(available, state.version) };
  const after = moved(state, { reserved: state.reserved + quantity, sales: state.sales + quantity });
  return { state: withOrder(after, orderId, placed), answer: orderAnswer(201, false, placed) };
}

function orderStep(
  state: Stock,
  { kind, orderId }: Extract<Question, { kind: 'read_order' | 'confirm' | 'cancel' | 'ship' }>,
): Step {
  const order = state.orders[orderId];
  if (order === undefined) return { state, answer: '404 order_not_found' };
  const { status, quantity } = order;
  const as = (next: Order['status'], stock: Stock): Step => {
    const after = { ...order, status: next };
    return { state: withOrder(stock, orderId, after), answer: orderAnswer(200, false, after) };
  };
  const refused = (code: string): Step => ({ state, answer: `409 ${code}` });
  const { reserved, sales, onHand } = state;
  switch (kind) {
    case 'read_order':
      return as(status, state);
    case 'confirm':
      if (status === 'cancelled') return refused('order_cancelled');
      return as(status === 'pending' ? 'confirmed' : status, state);
    case 'cancel':
      if (status === 'shipped') return refused('order_shipped');
      if (status === 'cancelled') return as(status, state);
      return as('cancelled', moved(state, { reserved: reserved - quantity, sales: sales - quantity }));
    default:
      if (status === 'cancelled') return refused('order_cancelled');
      if (status === 'pending') return refused('order_not_confirmed');
      if (status === 'shipped') return as(status, state);
      return as('shipped', moved(state, { onHand: onHand - quantity, reserved: reserved - quantity }));
  }
}

const moved = (state: Stock, counters: Partial<Stock>): Stock => ({
  ...state,
  ...counters,
  version: (state.version ?? 0) + 1,
});

const withOrder = (state: Stock, id: string, order: Order): Stock => ({
  ...state,
  orders: { ...state.orders, [id]: order },
});
