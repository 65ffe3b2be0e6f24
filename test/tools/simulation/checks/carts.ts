/**
 * The history of each cart, change by change: each is what one command that was asked for makes of the cart before it, each acknowledged edit is a
 * change of its own, and a cart, an order and its stock change together (I2, I3, I4). What a command makes of a cart is reckoned here once more.
 */

import { isDeepStrictEqual } from 'node:util';
import type { Cart, CartLine } from '../../../../src/shop/carts/cart.ts';
import type { Command } from '../../../../src/shop/commands.ts';
import type { Facts } from '../../../../src/shop/facts.ts';
import type { Order } from '../../../../src/shop/orders/order.ts';
import { QUANTITY_MAX } from '../../../../src/shop/skus/sku.ts';
import { rowsOf } from '../../../support/rows-of.ts';
import type { CartWritten, Written } from '../database.ts';
import { type Asked, isFinal, isUnknown, requestName } from '../history.ts';
import type { World } from '../world.ts';
import { cartAnswered } from './rows.ts';

export function checkCarts(world: World): string[] {
  const changes = [...world.database.carts.values()].flat();
  return [
    ...changes.flatMap((change) => brokenChain(world, change)),
    ...changes.flatMap((change) => unexplained(world, change)),
    ...lostEdits(world),
    ...apart(world),
  ];
}

const nameOf = ({ id, cart }: CartWritten) => `cart ${id}@${cart?.version ?? 'gone'}`;

/** The version counts the changes, and no SKU stands in a cart twice. */
function brokenChain(world: World, change: CartWritten): string[] {
  const { before, cart, id } = change;
  if (cart === null || world.tainted.has(`cart ${id}`)) return [];
  const version = (before?.version ?? 0) + 1;
  const skus = new Set(cart.lines.map(({ skuId }) => skuId));
  const isSound =
    cart.version === version &&
    skus.size === cart.lines.length &&
    cart.lines.every(
      ({ skuId, quantity }) => world.database.skus.has(skuId) && quantity >= 1 && quantity <= QUANTITY_MAX,
    );
  return isSound ? [] : [`I5: ${nameOf(change)} follows version ${version - 1} and is ${JSON.stringify(cart)}`];
}

/** I3: every change by the keeper was asked for before it was written, by somebody who had not been told otherwise. */
function unexplained(world: World, change: CartWritten): string[] {
  const { by, tick, cart, before, id } = change;
  if (by !== 'keeper' || world.tainted.has(`cart ${id}`)) return [];
  if (cart === null) return sweptEarly(world, change);
  const isAsked = world.history.some(
    (asked) =>
      asked.called < tick &&
      (asked.answered === null || asked.answered > tick || isUnknown(asked)) &&
      explains(world, asked.command, change),
  );
  if (isAsked) return [];
  return [
    `I3: nobody asked to make ${JSON.stringify(cart.lines)} of ${JSON.stringify(before?.lines)} (${nameOf(change)})`,
  ];
}

/** A cart is swept when nobody has changed it for long. */
function sweptEarly(world: World, { id, before, ms }: CartWritten): string[] {
  const { profile, coverage } = world;
  coverage.count('path: cart swept');
  if (before === null || profile.faults.has('clock_jump') || profile.faults.has('day_passes')) return [];
  const idleMs = world.clockAt(ms) - before.updatedAt;
  return idleMs >= profile.cartIdleMs ? [] : [`I4: cart ${id} was swept ${idleMs} ms after it was changed`];
}

/** Whether the command makes of the cart what this change made of it. */
function explains(world: World, command: Command, change: CartWritten): boolean {
  const { id, before, cart, facts } = change;
  const lines = before?.lines ?? [];
  if (cart === null) return false;
  const becomes = (expected: readonly CartLine[] | null) => isDeepStrictEqual(cart.lines, expected);
  switch (command.kind) {
    case 'put_line':
      return command.cartId === id && becomes(withLine(lines, command.skuId, command.quantity, command.selected));
    case 'remove_line':
      return command.cartId === id && becomes(lines.filter(({ skuId }) => skuId !== command.skuId));
    case 'select_all':
      return command.cartId === id && becomes(lines.map((line) => ({ ...line, selected: command.selected })));
    case 'merge_carts': {
      const { cartId, from } = command;
      const isBoth = facts.carts.length === 2 && facts.carts.every((fact) => fact.id === cartId || fact.id === from);
      if (!isBoth || cartId === from) return false;
      if (id === from) return cart.lines.length === 0;
      const other = world.database.carts.get(from)?.find((written) => written.facts === facts);
      return id === cartId && becomes(withCart(lines, other?.before?.lines ?? []));
    }
    case 'checkout': {
      const [order] = rowsOf(facts.orders);
      return (
        command.cartId === id &&
        order !== undefined &&
        requestName(order.id) === requestName(command.orderId) &&
        order.version === 1 &&
        becomes(without(before, order.lines))
      );
    }
    default:
      return false;
  }
}

function withLine(lines: readonly CartLine[], skuId: string, quantity: number, selected: boolean | null): CartLine[] {
  const earlier = lines.find((line) => line.skuId === skuId);
  const line = { skuId, quantity, selected: selected ?? earlier?.selected ?? true };
  return earlier === undefined ? [...lines, line] : lines.map((it) => (it.skuId === skuId ? line : it));
}

function withCart(lines: readonly CartLine[], others: readonly CartLine[]): CartLine[] {
  return others.reduce<CartLine[]>(
    (sum, { skuId, quantity, selected }) => {
      const mine = sum.find((line) => line.skuId === skuId);
      const together = Math.min(QUANTITY_MAX, quantity + (mine?.quantity ?? 0));
      return withLine(sum, skuId, together, selected || (mine?.selected ?? false));
    },
    [...lines],
  );
}

/** The lines less what was bought; `null` when it was not selected, or not there. */
function without(
  cart: Cart | null,
  bought: readonly { readonly skuId: string; readonly ordered: number }[],
): CartLine[] | null {
  const left = new Map((cart?.lines ?? []).map((line) => [line.skuId, line]));
  for (const { skuId, ordered } of bought) {
    const line = left.get(skuId);
    if (line === undefined || !line.selected || ordered > line.quantity) return null;
    if (ordered === line.quantity) left.delete(skuId);
    else left.set(skuId, { ...line, quantity: line.quantity - ordered });
  }
  return [...left.values()];
}

/** I2: each acknowledged edit is a change of its own: no two are told of the same one, and it is what was asked for. */
function lostEdits(world: World): string[] {
  const changes = new Map<CartWritten, number>();
  return world.history.flatMap((asked, n) => {
    const { command, answer } = asked;
    const isEdit = command.kind === 'put_line' || command.kind === 'select_all';
    if (!isEdit || !isFinal(asked) || answer === null || answer.outcome.kind !== 'cart' || answer.replayed) return [];
    const change = cartAnswered(world, answer.outcome.cart, asked);
    const named = `#${n} ${JSON.stringify(command)}, answered with version ${answer.outcome.cart.version}`;
    if (change === null) return [];
    const earlier = changes.get(change);
    changes.set(change, n);
    if (earlier !== undefined) return [`I2: one of #${earlier} and ${named} is lost`];
    return change.tick > asked.called && explains(world, command, change) ? [] : [`I2: ${named} is not in the cart`];
  });
}

/** I4: an order that was placed from a cart took from the cart what it bought, in one turn with it; and not what was added later. */
function apart(world: World): string[] {
  const found: string[] = [];
  const checkouts = Map.groupBy(
    world.history.filter(({ command }) => command.kind === 'checkout'),
    ({ command }) => (command.kind === 'checkout' ? requestName(command.orderId) : ''),
  );
  for (const [orderId, versions] of world.database.orders) {
    const placed = versions.get(1);
    const asks = checkouts.get(requestName(orderId)) ?? [];
    if (placed === undefined || placed.by !== 'keeper' || asks.length === 0) continue;
    const couldHave = (asked: Asked) =>
      asked.called < placed.tick && (asked.answered === null || asked.answered > placed.tick || isUnknown(asked));
    const [asked] = asks.filter(couldHave);
    const isOfLines = world.history.some(
      (it) => it.command.kind === 'place' && it.command.orderId === orderId && couldHave(it),
    );
    if (placed.facts.carts.length === 0) {
      if (asked !== undefined && !isOfLines)
        found.push(`I4: order ${orderId} was placed from a cart, which was not changed with it`);
      continue;
    }
    const isShared = world.history.some(({ command }) => command.kind === 'place' && command.orderId === orderId);
    // Of several who asked, nobody knows whose turn came first, or who stood in the line.
    const isAlone = asks.filter(({ called }) => called < placed.tick).length === 1;
    if (asked !== undefined && isAlone && !isShared) found.push(...addedLater(world, asked, placed));
  }
  return found;
}

/** What a checkout bought is no more than what was in the cart when it had its first turn. */
function addedLater(world: World, { called }: Asked, { row, facts, tick }: Written<Order>): string[] {
  const [{ id: cartId } = { id: '' }] = facts.carts;
  const isMeanwhile = (moment: number) => moment > called && moment < tick;
  const failures = world.failures.filter((failure) => isMeanwhile(failure.tick));
  // A cart that was never stored may have been seen first.
  const isOther = ({ carts, orders }: Facts) =>
    carts.some(({ id }) => id === cartId) && !orders.some(({ id }) => id === row.id);
  if (failures.some(({ batch }) => batch.some(isOther))) return [];
  const stay = world.lineWatch.stays.find(({ orderId, from }) => orderId === row.id && isMeanwhile(from));
  const isSeen = stay !== undefined && failures.length === 0;
  if (isSeen) world.coverage.count('check: bought after a wait');
  const firstTried = Math.min(...(world.tried.get(row.id) ?? []).filter(isMeanwhile), tick);
  return row.lines.flatMap(({ skuId, ordered }) => {
    const most = isSeen ? (stay.asked.get(skuId) ?? 0) : mostPutBefore(world, cartId, skuId, firstTried);
    return ordered <= most
      ? []
      : [`I4: order ${row.id} bought ${ordered} of ${skuId}, of which ${most} were in the cart then`];
  });
}

/** The most units of a SKU that may have been in a cart when a checkout had had its first turn. Not bounded where carts are merged, or others write. */
function mostPutBefore(world: World, cartId: string, skuId: string, tick: number): number {
  let most = 0;
  if (world.database.carts.get(cartId)?.some(({ by }) => by !== 'keeper')) return Number.POSITIVE_INFINITY;
  for (const { command, called } of world.history) {
    if (called >= tick) break;
    if (command.kind === 'merge_carts' && command.cartId === cartId) return Number.POSITIVE_INFINITY;
    if (command.kind === 'put_line' && command.cartId === cartId && command.skuId === skuId) {
      most = Math.max(most, command.quantity);
    }
  }
  return most;
}
