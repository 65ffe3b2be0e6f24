/** The lifecycle of an order, sentence by sentence: what each state says to each message. */
import { describe, expect, it } from 'vitest';
import type { OrderStatus } from '../../../src/shop/orders/order.ts';
import type { OrderMessage } from '../../../src/shop/orders/order-changes.ts';
import { orderMachine } from '../../../src/shop/orders/order-machine.ts';
import {
  AT,
  anOrder,
  cancel,
  confirm,
  EXPIRES_AT,
  expire,
  inStatus,
  reduce,
  STATUSES,
  ship,
  stockOf,
  takeBack,
  told,
} from './examples.ts';

const MESSAGES: Record<OrderMessage['type'], OrderMessage> = {
  confirm: confirm(),
  cancel: cancel(),
  ship: ship(),
  expire: expire(),
  reduce: reduce('anvil', 1),
  return: takeBack({ anvil: 1 }),
};

/** Every state × every message: the status after it, or why not. `same` is an answer that changes nothing. */
const ANSWERS: Record<OrderStatus, Record<OrderMessage['type'], string>> = {
  pending: {
    confirm: 'confirmed',
    cancel: 'cancelled',
    ship: 'order_not_confirmed',
    expire: 'same',
    reduce: 'pending',
    return: 'order_not_shipped',
  },
  confirmed: {
    confirm: 'same',
    cancel: 'cancelled',
    ship: 'shipped',
    expire: 'same',
    reduce: 'confirmed',
    return: 'order_not_shipped',
  },
  shipped: {
    confirm: 'same',
    cancel: 'order_shipped',
    ship: 'same',
    expire: 'same',
    reduce: 'order_shipped',
    return: 'shipped',
  },
  cancelled: {
    confirm: 'order_cancelled',
    cancel: 'same',
    ship: 'order_cancelled',
    expire: 'same',
    reduce: 'order_cancelled',
    return: 'order_cancelled',
  },
};

const TABLE = STATUSES.flatMap((status) =>
  Object.entries(ANSWERS[status]).map(([type, answer]) => [status, type as OrderMessage['type'], answer] as const),
);

describe('every state and every message', () => {
  it.each(TABLE)('%s, %s: %s', (status, type, answer) => {
    const before = inStatus(status);
    const { order, said } = told(before, MESSAGES[type]);
    if (said.changed) {
      expect({ status: order.status, refusal: said.refusal }).toEqual({ status: answer, refusal: null });
      expect(order).toMatchObject({ version: before.version + 1, updatedAt: AT });
    } else {
      expect(said.refusal?.kind ?? 'same').toBe(answer);
      expect(said.stock).toEqual([]);
      expect(order).toBe(before);
    }
  });

  // Red with: any message left out of any state.
  it('is handled by the machine itself: no message is dropped in any state', () => {
    const states = Object.entries(orderMachine.states);
    expect(states.map(([name]) => name).sort()).toEqual([...STATUSES].sort());
    for (const [name, state] of states) {
      for (const type of Object.keys(MESSAGES)) {
        const last = state.transitions.get(type)?.at(-1);
        expect(last, `${name} on ${type}`).toBeDefined();
        expect(last?.guard, `${name} on ${type} ends without a guard`).toBeUndefined();
      }
      expect(state.type, `${name} stays open to messages`).toBe('atomic');
    }
  });
});

describe('a pending order', () => {
  it('is confirmed without a word to its SKUs, once', () => {
    const { order, said } = told(anOrder(), confirm());
    expect(order).toEqual(anOrder({ status: 'confirmed', version: 2, updatedAt: AT }));
    expect(said.stock).toEqual([]);
    expect(told(order, confirm(EXPIRES_AT + 1))).toEqual({ order, said: { refusal: null, changed: false, stock: [] } });
  });

  it('is cancelled and releases what stands, with the reason that was given', () => {
    const reduced = told(anOrder(), reduce('anvil', 1)).order;
    const { order, said } = told(reduced, cancel());
    expect(order).toMatchObject({ status: 'cancelled', cancelReason: 'requested', version: 3 });
    expect(order.lines).toEqual(reduced.lines);
    expect(stockOf(said)).toEqual(['release anvil 1', 'release bolt 2']);
    expect(said.stock[0]?.message).toMatchObject({ orderId: 'o1', reason: 'changed my mind', at: AT });
  });

  it('does not expire a millisecond early', () => {
    expect(told(anOrder(), expire(EXPIRES_AT - 1)).said).toEqual({ refusal: null, changed: false, stock: [] });
    expect(told(anOrder(), confirm(EXPIRES_AT - 1)).order.status).toBe('confirmed');
  });
});

describe('an order of which a line was removed', () => {
  const { order: left } = told(anOrder(), reduce('bolt', 0));

  it.each<[string, OrderMessage]>([
    ['cancelled', cancel()],
    ['expired', expire(EXPIRES_AT)],
  ])('gives back what stands, and nothing of what does not, when it is %s', (_, message) => {
    expect(stockOf(told(left, message).said)).toEqual(['release anvil 3']);
  });

  it('ships what stands', () => {
    expect(stockOf(told(told(left, confirm()).order, ship()).said)).toEqual(['ship anvil 3']);
  });

  it('goes on with fewer units of the last line, and ends with none', () => {
    expect(told(left, reduce('anvil', 1)).order.status).toBe('pending');
    expect(told(left, reduce('anvil', 0)).order).toMatchObject({ status: 'cancelled', cancelReason: 'requested' });
  });
});

describe('an overdue order', () => {
  const overdue = { refused: { kind: 'order_expired', orderId: 'o1', expiresAt: EXPIRES_AT } } as const;

  it.each<[string, OrderMessage, unknown]>([
    ['expire', expire(EXPIRES_AT), null],
    ['cancel', cancel(EXPIRES_AT), null],
    ['confirm', confirm(EXPIRES_AT), overdue.refused],
    ['ship', ship(EXPIRES_AT), { kind: 'order_cancelled', orderId: 'o1' }],
    ['return', takeBack({ anvil: 1 }, EXPIRES_AT), { kind: 'order_cancelled', orderId: 'o1' }],
    ['reduce', reduce('anvil', 1, EXPIRES_AT), overdue.refused],
    ['reduce to what it is', reduce('anvil', 3, EXPIRES_AT), null],
    ['reduce of no line', reduce('crate', 0, EXPIRES_AT), { kind: 'line_not_found', orderId: 'o1', skuId: 'crate' }],
  ])('expires at the first message, %s, and gives its stock back', (_, message, refusal) => {
    const { order, said } = told(anOrder(), message);
    expect(order).toMatchObject({ status: 'cancelled', cancelReason: 'expired', version: 2, updatedAt: EXPIRES_AT });
    expect(said).toMatchObject({ changed: true, refusal });
    expect(stockOf(said)).toEqual(['release anvil 3', 'release bolt 2']);
    const because = { orderId: 'o1', reason: 'expired', at: EXPIRES_AT };
    for (const { message: release } of said.stock) expect(release).toMatchObject(because);
    const again = told(order, message);
    expect(again).toEqual({ order, said: { refusal, changed: false, stock: [] } });
  });

  it('is not overdue once confirmed', () => {
    const confirmed = inStatus('confirmed');
    expect(told(confirmed, expire(EXPIRES_AT)).order).toBe(confirmed);
    expect(told(confirmed, ship(EXPIRES_AT)).order.status).toBe('shipped');
  });

  it('is never an order paid on delivery', () => {
    const order = anOrder({ status: 'confirmed', payment: 'cash_on_delivery', expiresAt: null });
    expect(told(order, expire(Number.MAX_SAFE_INTEGER)).order).toBe(order);
  });
});

describe('a cancelled order', () => {
  it('says that it expired to who would confirm or reduce it, when it did', () => {
    const expired = anOrder({ status: 'cancelled', cancelReason: 'expired' });
    const refusal = { kind: 'order_expired', orderId: 'o1', expiresAt: EXPIRES_AT };
    expect(told(expired, confirm()).said.refusal).toEqual(refusal);
    expect(told(expired, reduce('anvil', 1)).said.refusal).toEqual(refusal);
  });
});
