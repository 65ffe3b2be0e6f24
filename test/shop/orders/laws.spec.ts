/** The laws of orders over any history of commands on the model, one property each. Which planted bug turned each red stands with it. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { Command } from '../../../src/shop/commands.ts';
import type { OrderCommand } from '../../../src/shop/orders/commands.ts';
import { type Order, totalAmount, totalCount } from '../../../src/shop/orders/order.ts';
import { HISTORIES, history } from '../../support/arbitraries.ts';
import { type Ask, EMPTY_WORLD, run, step, type World, worldAfter } from '../../support/model.ts';

const endOf = (asks: readonly Ask[]): number => asks.at(-1)?.at ?? 0;

const orderOf = (world: World, orderId: string): Order => {
  const order = world.orders.get(orderId);
  if (order === undefined) throw new Error(`no order ${orderId}`);
  return order;
};

/** One of every command on this order. */
function everyCommand(order: Order): Exclude<OrderCommand, { kind: 'place' | 'read_order' }>[] {
  const orderId = order.id;
  const reduces = order.lines.flatMap(({ skuId, quantity }) =>
    [0, quantity - 1, quantity, quantity + 1].map((wanted) => ({
      kind: 'reduce' as const,
      orderId,
      skuId,
      quantity: Math.max(0, wanted),
    })),
  );
  return [
    { kind: 'confirm', orderId },
    { kind: 'cancel', orderId, reason: null },
    { kind: 'ship', orderId },
    { kind: 'expire', orderId },
    { kind: 'return', orderId, lines: order.lines.map(({ skuId }) => ({ skuId, quantity: 1 })), restock: true },
    { kind: 'reduce', orderId, skuId: 'nowhere', quantity: 0 },
    ...reduces,
  ];
}

const isConditional = ({ ifVersion = null, ifNotVersion = null }: Command): boolean =>
  ifVersion !== null || ifNotVersion !== null;

describe('any history of commands', () => {
  // Red with: a second cancel that cancels again, also with counters clamped at 0; an expiry that releases nothing.
  test.prop([history(), history({ asksMax: 20 }), fc.array(fc.nat({ max: 3000 }), { minLength: 1, maxLength: 4 })])(
    'law: any number of cancels, with anything between them, restores the stock once and answers with one body',
    (asks, between, waits) => {
      const start = worldAfter(asks);
      for (const id of start.orders.keys()) {
        const open = ['pending', 'confirmed'].includes(orderOf(start, id).status);
        const first = step(start, { kind: 'cancel', orderId: id, reason: null }, endOf(asks));
        const standing = orderOf(start, id).lines.filter((line) => line.quantity > 0);
        expect(first.movements.map(({ kind, skuId, quantity }) => ({ kind, skuId, quantity }))).toEqual(
          open ? standing.map(({ skuId, quantity }) => ({ kind: 'released', skuId, quantity })) : [],
        );
        let { world } = first;
        let at = endOf(asks);
        for (const wait of waits) {
          at += wait;
          for (const { command } of between) world = step(world, command, at).world;
          const again = step(world, { kind: 'cancel', orderId: id, reason: `asked again after ${wait}` }, at);
          expect(again).toMatchObject({ outcome: first.outcome, movements: [] });
          expect(again.world).toBe(world);
        }
      }
    },
  );

  // Red with: a second confirm that counts a version; a second ship that ships; reduce by instead of to; a repeat that finds other words.
  test.prop([history()], HISTORIES)('law: asking twice is asking once', (asks) => {
    let before = EMPTY_WORLD;
    for (const { command, at } of asks) {
      const first = step(before, command, at);
      const hasMoved = first.world !== before;
      before = first.world;
      // What moved the version is no more at the version asked for; a cancel is answered the same all the same.
      if (!isAskedOnce(command) || (hasMoved && isConditional(command) && command.kind !== 'cancel')) continue;
      const second = step(first.world, command, at);
      expect(second.outcome).toEqual(first.outcome);
      expect(second.movements).toEqual([]);
      expect(second.world).toBe(first.world);
    }
  });

  // Red with: `asPlaced` that keeps the present quantity, the returns, the cancel reason or the version.
  test.prop([history()], HISTORIES)('law: a placement repeated at any later time answers as the first time', (asks) => {
    const world = worldAfter(asks);
    for (const [index, { outcome }] of run(asks).entries()) {
      const ask = asks[index];
      if (outcome.kind !== 'order_placed' || ask === undefined) continue;
      const again = step(world, ask.command, endOf(asks) + 10_000_000);
      expect(again).toEqual({ world, outcome, replayed: true, movements: [] });
    }
  });

  // Red with: `at > expiresAt`; no guard on confirm.
  test.prop([history()], HISTORIES)(
    'law: a pending order can be confirmed until the last millisecond before expiresAt, and from then on never',
    (asks) => {
      const world = worldAfter(asks);
      for (const order of world.orders.values()) {
        const { id: orderId, expiresAt } = order;
        if (order.status !== 'pending' || expiresAt === null) continue;
        const confirmAt = (at: number) => step(world, { kind: 'confirm', orderId }, at);
        expect(confirmAt(expiresAt - 1)).toMatchObject({
          outcome: { kind: 'order', order: { status: 'confirmed' } },
          movements: [],
        });
        for (const late of [0, 1, 1_000_000]) {
          const { outcome, movements } = confirmAt(expiresAt + late);
          expect(outcome).toEqual({ kind: 'order_expired', orderId, expiresAt });
          expect(movements.map((movement) => [movement.kind, movement.skuId, movement.quantity])).toEqual(
            order.lines.filter((line) => line.quantity > 0).map((line) => ['released', line.skuId, line.quantity]),
          );
        }
        expect(step(world, { kind: 'expire', orderId }, expiresAt - 1)).toMatchObject({ world, movements: [] });
      }
    },
  );

  // Red with: the overdue guard missing from confirm, from cancel or from return; expiry a millisecond late.
  test.prop([history()], HISTORIES)(
    'law: whatever is asked of an overdue order is answered as if the sweeper had come first',
    (asks) => {
      const world = worldAfter(asks);
      for (const order of world.orders.values()) {
        if (order.status !== 'pending' || order.expiresAt === null) continue;
        const swept = step(world, { kind: 'expire', orderId: order.id }, order.expiresAt);
        expect(orderOf(swept.world, order.id)).toMatchObject({ status: 'cancelled', cancelReason: 'expired' });
        for (const command of everyCommand(order)) {
          const unswept = step(world, command, order.expiresAt);
          expect(unswept.outcome).toEqual(step(swept.world, command, order.expiresAt).outcome);
          expect(unswept.movements).toEqual(swept.movements);
          expect(unswept.world).toEqual(swept.world);
        }
      }
    },
  );

  // Red with: a shipped order that cancels; a cancelled order that confirms; a confirmed order that expires.
  test.prop([history()], HISTORIES)(
    'law: an order moves along its lifecycle only, ends once, and expires only while it waits for its payment',
    (asks) => {
      const allowed = ['pending confirmed', 'pending cancelled', 'confirmed shipped', 'confirmed cancelled'];
      let before = EMPTY_WORLD;
      for (const { world } of run(asks)) {
        for (const order of world.orders.values()) {
          const earlier = before.orders.get(order.id);
          if (earlier === undefined || earlier.status === order.status) continue;
          expect(allowed).toContain(`${earlier.status} ${order.status}`);
          const overdue =
            earlier.status === 'pending' && order.updatedAt >= (order.expiresAt ?? Number.POSITIVE_INFINITY);
          if (order.status === 'cancelled') expect(order.cancelReason).toBe(overdue ? 'expired' : 'requested');
        }
        before = world;
      }
    },
  );

  // Red with: a removed line dropped from the order instead of set to 0.
  test.prop([history()], HISTORIES)(
    'law: what was ordered and what it cost never change, and totals are those of the lines',
    (asks) => {
      const steps = run(asks);
      const placed = new Map(
        steps.flatMap(({ outcome }) => (outcome.kind === 'order_placed' ? [[outcome.order.id, outcome.order]] : [])),
      );
      for (const { world } of steps) {
        for (const order of world.orders.values()) {
          const constant = ({ lines }: Order) =>
            lines.map(({ skuId, ordered, unitPrice }) => ({ skuId, ordered, unitPrice }));
          const first = placed.get(order.id);
          expect(first && constant(first)).toEqual(constant(order));
          let amount = order.freight;
          let count = 0;
          for (const line of order.lines) {
            amount += line.quantity * line.unitPrice;
            count += line.quantity;
            expect(line.quantity).toBeLessThanOrEqual(line.ordered);
          }
          expect({ amount: totalAmount(order), count: totalCount(order) }).toEqual({ amount, count });
        }
      }
    },
  );
});

/** Commands that promise to be repeatable, whatever they were answered. A placement is too, once it has been placed: it has a law of its own. */
const isAskedOnce = (command: Command): boolean =>
  ['confirm', 'cancel', 'ship', 'reduce', 'expire', 'read_order', 'read_sku'].includes(command.kind);
