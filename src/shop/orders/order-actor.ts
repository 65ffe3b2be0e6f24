/**
 * The owner of one order. For each message it resumes the lifecycle machine from the order's status, never from a
 * serialized snapshot, and keeps only the order from the machine's result. So a machine adds nothing to an order in
 * memory.
 */
import { type ActorScope, type AnyActorRef, createEmptyActor } from 'xstate';
import { assert } from '../../lib/assert.ts';
import type { Order } from './order.ts';
import { NOTHING_SAID, type OrderMessage, type OrderSaid } from './order-changes.ts';
import { orderMachine } from './order-machine.ts';

type MachineScope = ActorScope<ReturnType<(typeof orderMachine)['transition']>, OrderMessage>;

export class OrderActor {
  #order: Order;

  /** Owns an order as it was stored or placed. */
  constructor(order: Order) {
    this.#order = order;
  }

  /** The order as of the last message. */
  get order(): Order {
    return this.#order;
  }

  /**
   * Sends one message and returns what the order said to it. Throws what the transition threw. Throws `Bug` for a
   * message that the machine does not handle, because the answer would otherwise be the previous one. After a throw the
   * order is as it was.
   */
  tell(message: OrderMessage): OrderSaid {
    const before = { order: this.#order, said: NOTHING_SAID };
    const state = orderMachine.resolveState({ value: this.#order.status, context: before });
    const { value, context, status } = orderMachine.transition(state, message, SCOPE);
    const { order, said } = context;
    assert(status === 'active', `the machine of order ${order.id} is ${status}`);
    assert(context !== before, `order ${order.id} in state ${value} dropped ${message.type}`);
    assert(value === order.status, `order ${order.id} is ${order.status} in state ${value}`);
    this.#order = order;
    return said;
  }
}

/**
 * The scope that a transition runs in. The machine has neither children nor effects, so one scope serves all orders.
 * XState's own `transition` makes one for each message, which takes longer than the message itself.
 */
const SCOPE = scopeOf(createEmptyActor());

function scopeOf(self: AnyActorRef): MachineScope {
  const nothing = () => {};
  const { id, sessionId, system } = self;
  return {
    self,
    id,
    sessionId,
    system,
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor: nothing,
  };
}
