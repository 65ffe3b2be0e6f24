/** The actor that owns one order: the lifecycle machine, restored from the order's stored status and never from a serialized snapshot. */
import { type ActorRefFrom, createActor } from 'xstate';
import { assert } from '../lib/assert.ts';
import type { Order } from './order.ts';
import { NOTHING_SAID, type OrderMessage, type OrderSaid } from './order-changes.ts';
import { orderMachine } from './order-machine.ts';

export type OrderActor = ActorRefFrom<typeof orderMachine>;

/** Starts the actor of an order in the state that its `status` names. */
export function startOrderActor(order: Order): OrderActor {
  const snapshot = orderMachine.resolveState({ value: order.status, context: { order, said: NOTHING_SAID } });
  return createActor(orderMachine, { snapshot, input: order }).start();
}

/** Sends one message; returns the order after it and what it said. The machine's state and the order's status are one thing. */
export function tellOrder(actor: OrderActor, message: OrderMessage): { readonly order: Order; readonly said: OrderSaid } {
  actor.send(message);
  const { value, context, status } = actor.getSnapshot();
  assert(status === 'active', `the actor of order ${context.order.id} is ${status}`);
  assert(value === context.order.status, `order ${context.order.id} is ${context.order.status} in state ${value}`);
  return context;
}
