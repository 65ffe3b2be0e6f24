/**
 * The lifecycle of one order, an XState machine: pending → confirmed → shipped, and pending | confirmed → cancelled.
 * Every state answers every message, so nothing is dropped: a message changes the order, finds it changed already, or
 * is refused by name. The decision is in `context.said`, with the messages that the order's SKUs must now be sent.
 *
 * `cancelled` is not an XState final state: a final state stops the actor, and a stopped actor drops messages without
 * an answer.
 */
import { assertEvent, assign, setup } from 'xstate';
import { isOverdue, type Order } from './order.ts';
import {
  cancel,
  confirm,
  excess,
  expire,
  lineOf,
  NOTHING_SAID,
  type Of,
  type OrderContext,
  type OrderMessage,
  reduce,
  refusalOfCancelled,
  refuse,
  ship,
  takeBack,
} from './order-changes.ts';
import type { OrderRefusal } from './outcomes.ts';

interface Args {
  readonly context: OrderContext;
  readonly event: OrderMessage;
}

const reduceOf = (event: OrderMessage): Of<'reduce'> => {
  assertEvent(event, 'reduce');
  return event;
};

const refusing =
  (refusal: (order: Order) => OrderRefusal) =>
  ({ context }: Args) =>
    refuse(context.order, refusal(context.order));

/** Any message finds an overdue order cancelled, whether or not the sweeper has reached it. */
const OVERDUE = { guard: 'overdue', target: 'cancelled', actions: 'expire' } as const;

/** Reduces a line of an order that is still open. */
const REDUCE_OPEN = [
  { guard: 'noSuchLine', actions: 'refuseNoSuchLine' },
  { guard: 'sameQuantity', actions: 'unchanged' },
  { guard: 'increases', actions: 'refuseIncrease' },
  { guard: 'removesLastLine', target: 'cancelled', actions: 'reduce' },
  { actions: 'reduce' },
] as const;

export const orderMachine = setup({
  types: { context: {} as OrderContext, events: {} as OrderMessage, input: {} as Order },
  guards: {
    overdue: ({ context, event }: Args) => isOverdue(context.order, event.at),
    blocked: ({ event }: Args) => (event.type === 'ship' || event.type === 'return') && event.blocked !== null,
    noSuchLine: ({ context, event }: Args) => lineOf(context.order, reduceOf(event).skuId) === undefined,
    sameQuantity: ({ context, event }: Args) =>
      lineOf(context.order, reduceOf(event).skuId)?.quantity === reduceOf(event).quantity,
    increases: ({ context, event }: Args) =>
      reduceOf(event).quantity > (lineOf(context.order, reduceOf(event).skuId)?.quantity ?? 0),
    removesLastLine: ({ context, event }: Args) =>
      reduceOf(event).quantity === 0 &&
      context.order.lines.every((line) => line.skuId === reduceOf(event).skuId || line.quantity === 0),
    exceedsShipped: ({ context, event }: Args) => {
      assertEvent(event, 'return');
      return excess(context.order, event.lines).length > 0;
    },
  },
  actions: {
    unchanged: assign(({ context }: Args) => ({ order: context.order, said: NOTHING_SAID })),
    confirm: assign(({ context, event }: Args) => confirm(context.order, event.at)),
    cancel: assign(({ context, event }: Args) => {
      assertEvent(event, 'cancel');
      return cancel(context.order, event);
    }),
    ship: assign(({ context, event }: Args) => {
      assertEvent(event, 'ship');
      return ship(context.order, event);
    }),
    reduce: assign(({ context, event }: Args) => reduce(context.order, reduceOf(event))),
    takeBack: assign(({ context, event }: Args) => {
      assertEvent(event, 'return');
      return takeBack(context.order, event);
    }),
    expire: assign(({ context, event }: Args) => expire(context.order, event)),
    refuseBlocked: assign(({ context, event }: Args) => {
      assertEvent(event, ['ship', 'return']);
      return refuse(context.order, event.blocked);
    }),
    answerCancelled: assign(({ context: { order }, event }: Args) => refuse(order, refusalOfCancelled(order, event))),
    refuseShipped: assign(refusing(({ id }) => ({ kind: 'order_shipped', orderId: id }))),
    refuseNotConfirmed: assign(refusing(({ id }) => ({ kind: 'order_not_confirmed', orderId: id }))),
    refuseNotShipped: assign(
      refusing(({ id, status }) => ({ kind: 'order_not_shipped', orderId: id, orderStatus: status })),
    ),
    refuseNoSuchLine: assign(({ context: { order }, event }: Args) =>
      refuse(order, { kind: 'line_not_found', orderId: order.id, skuId: reduceOf(event).skuId }),
    ),
    refuseIncrease: assign(({ context: { order }, event }: Args) => {
      const { skuId, quantity: requested } = reduceOf(event);
      const quantity = lineOf(order, skuId)?.quantity ?? 0;
      return refuse(order, { kind: 'cannot_increase', orderId: order.id, skuId, requested, quantity });
    }),
    refuseExcess: assign(({ context: { order }, event }: Args) => {
      assertEvent(event, 'return');
      const violations = excess(order, event.lines);
      return refuse(order, { kind: 'return_exceeds_shipped', orderId: order.id, violations });
    }),
  },
}).createMachine({
  id: 'order',
  context: ({ input }) => ({ order: input, said: NOTHING_SAID }),
  initial: 'pending',
  states: {
    pending: {
      on: {
        confirm: [OVERDUE, { target: 'confirmed', actions: 'confirm' }],
        cancel: [OVERDUE, { target: 'cancelled', actions: 'cancel' }],
        ship: [OVERDUE, { actions: 'refuseNotConfirmed' }],
        reduce: [OVERDUE, ...REDUCE_OPEN],
        return: [OVERDUE, { actions: 'refuseNotShipped' }],
        expire: [OVERDUE, { actions: 'unchanged' }],
      },
    },
    confirmed: {
      on: {
        confirm: { actions: 'unchanged' },
        cancel: { target: 'cancelled', actions: 'cancel' },
        ship: [
          { guard: 'blocked', actions: 'refuseBlocked' },
          { target: 'shipped', actions: 'ship' },
        ],
        reduce: REDUCE_OPEN,
        return: { actions: 'refuseNotShipped' },
        expire: { actions: 'unchanged' },
      },
    },
    shipped: {
      on: {
        confirm: { actions: 'unchanged' },
        cancel: { actions: 'refuseShipped' },
        ship: { actions: 'unchanged' },
        reduce: [
          { guard: 'noSuchLine', actions: 'refuseNoSuchLine' },
          { guard: 'sameQuantity', actions: 'unchanged' },
          { actions: 'refuseShipped' },
        ],
        return: [
          { guard: 'exceedsShipped', actions: 'refuseExcess' },
          { guard: 'blocked', actions: 'refuseBlocked' },
          { actions: 'takeBack' },
        ],
        expire: { actions: 'unchanged' },
      },
    },
    cancelled: {
      on: {
        confirm: { actions: 'answerCancelled' },
        cancel: { actions: 'answerCancelled' },
        ship: { actions: 'answerCancelled' },
        reduce: { actions: 'answerCancelled' },
        return: { actions: 'answerCancelled' },
        expire: { actions: 'answerCancelled' },
      },
    },
  },
});
