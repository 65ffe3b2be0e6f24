/** The actor of an order: restored from what is stored, for every status, and as it was before after a bug. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { Bug } from '../../../src/lib/assert.ts';
import { OrderActor } from '../../../src/shop/orders/order-actor.ts';
import type { OrderMessage } from '../../../src/shop/orders/order-changes.ts';
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
  takeBack,
} from './examples.ts';

const at = fc.constantFrom(AT, EXPIRES_AT - 1, EXPIRES_AT);
const message: fc.Arbitrary<OrderMessage> = fc.oneof(
  at.map(confirm),
  at.map(cancel),
  at.map(ship),
  at.map(expire),
  fc.tuple(fc.constantFrom('anvil', 'bolt', 'crate'), fc.nat({ max: 4 }), at).map((args) => reduce(...args)),
  fc
    .tuple(fc.constantFrom('anvil', 'bolt'), fc.integer({ min: 1, max: 2 }), at)
    .map(([id, n, when]) => takeBack({ [id]: n }, when)),
);

describe('an order as it is stored', () => {
  it.each(STATUSES)('is owned in the state that its status names: %s', (status) => {
    const order = inStatus(status);
    const owner = new OrderActor(order);
    expect(owner.order).toBe(order);
    const { changed, refusal } = owner.tell(cancel());
    expect({ changed, refusal: refusal?.kind ?? null }).toEqual({
      changed: status === 'pending' || status === 'confirmed',
      refusal: status === 'shipped' ? 'order_shipped' : null,
    });
  });

  // Red with: an actor that always starts in `pending`.
  test.prop([fc.constantFrom(...STATUSES), fc.array(message, { minLength: 1, maxLength: 12 })])(
    'law: an actor that stays in memory answers as one restored from the row for every message',
    (status, messages) => {
      const staying = new OrderActor(inStatus(status));
      for (const one of messages) {
        const restored = new OrderActor(JSON.parse(JSON.stringify(staying.order)));
        expect(staying.tell(one)).toEqual(restored.tell(one));
        expect(staying.order).toEqual(restored.order);
      }
    },
  );

  it('says the answer to this message, not to the one before', () => {
    const owner = new OrderActor(anOrder());
    expect(owner.tell(cancel()).stock).toHaveLength(2);
    expect(owner.tell(cancel())).toEqual({ refusal: null, changed: false, stock: [] });
  });
});

describe('an actor that met a bug', () => {
  it('throws it, keeps the order as it was, and answers the next message as if it had not been asked', () => {
    const owner = new OrderActor(anOrder());
    owner.tell(confirm());
    const { order } = owner;
    expect(() => owner.tell(reduce('anvil', -1))).toThrow(Bug);
    expect(owner.order).toBe(order);
    expect(owner.tell(cancel())).toMatchObject({ refusal: null, changed: true });
  });

  it('is one that was sent a message which no state handles', () => {
    const owner = new OrderActor(anOrder());
    owner.tell(confirm());
    expect(() => owner.tell({ type: 'vanish', at: AT } as unknown as OrderMessage)).toThrow('dropped vanish');
  });

  it('is one whose return names a SKU twice', () => {
    const line = { skuId: 'anvil', quantity: 2 };
    const twice: OrderMessage = { type: 'return', at: AT, lines: [line, line], restock: true, blocked: null };
    expect(() => new OrderActor(inStatus('shipped')).tell(twice)).toThrow(Bug);
  });
});
