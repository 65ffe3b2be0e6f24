/**
 * Every answer, held against the history of the rows: what it shows was durable when it was answered, is what stands in the row at that
 * version, and is not older than what had been answered before it was asked (I2, I7, real-time order). A refusal was true at such a moment.
 */

import { isDeepStrictEqual } from 'node:util';
import { unreachable } from '../../../../src/lib/assert.ts';
import type { Order } from '../../../../src/shop/orders/order.ts';
import type { Outcome } from '../../../../src/shop/outcome.ts';
import { available, type Sku } from '../../../../src/shop/skus/sku.ts';
import { rowsOf } from '../../../support/rows-of.ts';
import { isFinal, isPlacement, type Told } from '../history.ts';
import { isSoleWriter } from '../profile.ts';
import type { World } from '../world.ts';
import { cartFault, cartNotFoundFault, nothingSelectedFault } from './cart-answers.ts';
import { toldOfCustomer } from './customers.ts';
import { staleFault, unconditionalFault } from './preconditions.ts';
import { durable, Rows } from './rows.ts';

export function checkAnswers(world: World): string[] {
  const rows = new Rows(world);
  return world.history.flatMap((asked, n) => {
    if (!isFinal(asked)) return [];
    const told = asked as Told;
    const fault = faultOf(world, rows, told) ?? unconditionalFault(world, told);
    return fault === null
      ? []
      : [`${fault} (#${n} ${JSON.stringify(asked.command)}, answered ${JSON.stringify(told.answer)})`];
  });
}

function faultOf(world: World, rows: Rows, told: Told): string | null {
  const { outcome } = told.answer;
  const { database } = world;
  const order = 'orderId' in outcome ? outcome.orderId : '';
  const orders = () => [...rows.orderVersions(order, told.called, told.answered)];
  /** Of any age: what is so for good. */
  const ever = () => [...(database.orders.get(order)?.values() ?? [])].filter(({ tick }) => tick <= told.answered);
  switch (outcome.kind) {
    case 'sku':
    case 'sku_created':
      return skuFault(world, rows, told, outcome.sku);
    case 'availability':
      return availabilityFault(world, rows, told, outcome);
    case 'order':
      return orderFault(world, rows, told, outcome.order);
    case 'order_placed':
      return placedFault(world, told, outcome.order);
    case 'cart':
      return cartFault(world, rows, told, outcome.cart);
    case 'cart_not_found':
      return cartNotFoundFault(world, rows, told, outcome.cartId) ?? placeRefused(world, told);
    case 'nothing_selected':
      return nothingSelectedFault(world, rows, told, outcome.cartId) ?? placeRefused(world, told);
    case 'cart_merged_into_itself':
      return told.command.kind === 'merge_carts' && told.command.from === outcome.cartId ? null : 'I7: it was not';
    case 'sku_not_found':
      return rows.skuFloor(outcome.skuId, told.called) < 0 || told.answer.replayed
        ? null
        : 'I2: it had been answered with';
    case 'unknown_sku': {
      const known = outcome.skuIds.filter((id) => rows.skuFloor(id, told.called) >= 0);
      return known.length === 0 || told.answer.replayed
        ? placeRefused(world, told)
        : `I2: ${known} had been answered with`;
    }
    case 'sku_exists':
      return (database.skus.get(outcome.skuId)?.size ?? 0) > 0 ? null : 'I7: there is none';
    case 'stale_version':
      return staleFault(world, rows, told, outcome);
    case 'below_reserved': {
      const { skuId, version, requested, lowest, onHand, reserved } = outcome;
      return versionFault(world, rows, told, skuId, version, (sku) => {
        const least = Math.max(0, sku.reserved - sku.backorderLimit);
        return sku.onHand === onHand && sku.reserved === reserved && least === lowest && requested < least;
      });
    }
    case 'insufficient_stock':
    case 'not_on_hand': {
      for (const shortage of outcome.shortages) {
        const fault = versionFault(world, rows, told, shortage.skuId, shortage.version, (sku) => {
          const has =
            'onHand' in shortage ? sku.onHand : sku.onHand + sku.backorderLimit - sku.safetyStock - sku.reserved;
          const ahead = 'ahead' in shortage ? (shortage.ahead ?? 0) : 0;
          return (
            has === ('onHand' in shortage ? shortage.onHand : shortage.available) && shortage.requested > has - ahead
          );
        });
        if (fault !== null) return fault;
      }
      return outcome.kind === 'insufficient_stock' ? placeRefused(world, told) : null;
    }
    case 'max_per_order':
      return placeRefused(world, told);
    case 'customer_required':
      return customerOf(told) === null ? placeRefused(world, told) : 'I7: the customer was named';
    case 'max_per_customer':
      if (outcome.standing + outcome.requested <= outcome.maxPerCustomer) return 'I7: it is not too many';
      return toldOfCustomer(world, rows, told, outcome, customerOf(told)) ?? placeRefused(world, told);
    case 'order_not_found':
      return rows.orderFloor(order, told.called) < 0 || told.answer.replayed ? null : 'I2: it had been answered with';
    case 'order_id_reused':
      return orderReusedFault(world, told, ever().length > 0);
    case 'order_cancelled':
      return ever().some(({ row }) => row.status === 'cancelled') ? null : 'I7: it was not';
    case 'order_expired':
      return ever().some(({ row }) => row.cancelReason === 'expired') ? null : 'I7: it was not';
    case 'order_shipped':
      return ever().some(({ row }) => row.status === 'shipped') ? null : 'I7: it was not';
    case 'order_not_confirmed':
      return told.answer.replayed || orders().some(({ status }) => status === 'pending') ? null : 'I7: it was';
    case 'order_not_shipped':
      return told.answer.replayed || orders().some(({ status }) => status === outcome.orderStatus)
        ? null
        : `I7: it was not ${outcome.orderStatus}`;
    case 'cannot_increase': {
      const { skuId, quantity, requested } = outcome;
      const isTrue = (row: Order) => row.lines.some((line) => line.skuId === skuId && line.quantity === quantity);
      return requested > quantity && (told.answer.replayed || orders().some(isTrue))
        ? null
        : 'I7: the line says otherwise';
    }
    case 'return_exceeds_shipped': {
      const isTrue = (row: Order) =>
        outcome.violations.every(({ skuId, requested, returnable }) => {
          const line = row.lines.find((it) => it.skuId === skuId);
          return requested > returnable && returnable === (line === undefined ? 0 : line.quantity - line.returned);
        });
      return told.answer.replayed || orders().some(isTrue) ? null : 'I7: the lines say otherwise';
    }
    case 'line_not_found':
      return ever().every(({ row }) => row.lines.every(({ skuId }) => skuId !== outcome.skuId))
        ? null
        : 'I7: it is there';
    case 'idempotency_key_reused':
      return keyReusedFault(world, told);
    case 'sku_quarantined':
      return world.tainted.size > 0 || !isSoleWriter(world.profile) ? null : 'I7: nothing was corrupted';
    case 'cart_quarantined':
      return world.tainted.has(`cart ${outcome.cartId}`) ? null : 'I7: nothing was corrupted';
    case 'cart_full':
    case 'cart_kept':
    case 'cart_swept':
    case 'product':
    case 'product_created':
    case 'order_quarantined':
    case 'currency_mismatch':
    case 'amount_too_large':
    case 'counter_limit':
    case 'overloaded':
    case 'waiting_line_full':
    case 'closing':
    case 'standby':
    case 'unknown_outcome':
      return `I3: nothing here leads to ${outcome.kind}`;
    default:
      return unreachable(outcome);
  }
}

const customerOf = ({ command }: Told): string | null => ('customerId' in command ? command.customerId : null);

function skuFault(world: World, rows: Rows, told: Told, sku: Sku): string | null {
  const { command } = told;
  if ('skuId' in command && command.skuId !== sku.id) return 'I3: another SKU was asked for';
  return versionFault(world, rows, told, sku.id, sku.version, (row) => isDeepStrictEqual(row, sku));
}

/** Each SKU as it stood, and of every turn all or nothing. */
function availabilityFault(world: World, rows: Rows, told: Told, said: Extract<Outcome, { kind: 'availability' }>) {
  for (const { skuId, version, available: has } of said.items) {
    const fault = versionFault(world, rows, told, skuId, version, (sku) => available(sku) === has);
    if (fault !== null) return fault;
  }
  const known = said.unknown.filter((id) => rows.skuFloor(id, told.called) >= 0);
  if (known.length > 0 && !told.answer.replayed) return `I2: ${known} had been answered with`;
  // Of what a second writer did, memory learns SKU by SKU.
  return isSoleWriter(world.profile) ? tornTurn(world, said.items) : null;
}

/** A turn of which the versions show a part alone. */
function tornTurn({ database }: World, items: readonly { readonly skuId: string; readonly version: number }[]) {
  const shown = new Map(items.map(({ skuId, version }) => [skuId, version]));
  for (const written of [...database.skus.values()].flatMap((versions) => [...versions.values()])) {
    const isIn = rowsOf(written.facts.skus).flatMap((sku) => {
      const version = shown.get(sku.id);
      return version === undefined ? [] : [sku.version <= version];
    });
    if (isIn.includes(true) && isIn.includes(false)) {
      return `I8: of the turn that wrote SKU ${written.row.id}@${written.row.version} a part is shown`;
    }
  }
  return null;
}

/** What is told of a SKU at a version: durable by then, not older than answered before, and as it stood. */
function versionFault(
  world: World,
  rows: Rows,
  { called, answered, answer }: Told,
  id: string,
  version: number,
  isSo: (row: Sku) => boolean,
): string | null {
  const row = durable(world.database.skus.get(id), version, answered);
  if (row === null) return `I2: SKU ${id}@${version} was not durable`;
  if (!isSo(row)) return `I2: SKU ${id}@${version} is ${JSON.stringify(row)}`;
  const floor = rows.skuFloor(id, called);
  return version >= floor || answer.replayed ? null : `I8: SKU ${id} was at ${floor} before it was asked`;
}

function orderFault(
  world: World,
  rows: Rows,
  { command, called, answered, answer }: Told,
  order: Order,
): string | null {
  if (world.tainted.has(`order ${order.id}`)) return null;
  const row = durable(world.database.orders.get(order.id), order.version, answered);
  if (row === null) return `I2: order ${order.id}@${order.version} was not durable`;
  if (!isDeepStrictEqual(row, order)) return `I2: order ${order.id}@${order.version} is ${JSON.stringify(row)}`;
  const floor = rows.orderFloor(order.id, called);
  if (order.version < floor && !answer.replayed) return `I8: order ${order.id} was at ${floor} before it was asked`;
  const isDone =
    command.kind === 'confirm'
      ? order.status === 'confirmed' || order.status === 'shipped'
      : command.kind === 'cancel'
        ? order.status === 'cancelled'
        : command.kind === 'ship' || command.kind === 'return'
          ? order.status === 'shipped'
          : command.kind === 'reduce'
            ? order.lines.some((it) => it.skuId === command.skuId && it.quantity === command.quantity)
            : true;
  return isDone ? null : `I2: order ${order.id} is ${order.status}, not as asked`;
}

function placedFault(world: World, { answered, command }: Told, order: Order): string | null {
  if (world.tainted.has(`order ${order.id}`)) return null;
  const row = durable(world.database.orders.get(order.id), 1, answered);
  if (row === null) return `I2: order ${order.id} was not durable`;
  if (!isDeepStrictEqual(row, order)) return `I2: order ${order.id} was placed as ${JSON.stringify(row)}`;
  const asked = new Map<string, number>();
  // What a cart had in it is held against its own history.
  if (command.kind === 'checkout') return null;
  if (command.kind !== 'place') return 'I3: a placement was not asked for';
  for (const { skuId, quantity } of command.lines) asked.set(skuId, (asked.get(skuId) ?? 0) + quantity);
  const isAsked = order.lines.length === asked.size && order.lines.every((it) => it.ordered === asked.get(it.skuId));
  return isAsked ? null : 'I3: other lines were asked for';
}

/** A placement is not refused when it had been placed before it was asked for. */
function placeRefused(world: World, { command, called, answer }: Told): string | null {
  if (!isPlacement(command) || answer.replayed || !isSoleWriter(world.profile)) return null;
  const placed = world.database.orders.get(command.orderId)?.get(1);
  return placed === undefined || placed.tick > called ? null : `I7: order ${command.orderId} had been placed`;
}

/** Another request under the key had come before: who comes first is not refused for who comes later. */
function keyReusedFault(world: World, { request, called }: Told): string | null {
  const { key, fingerprint } = request.idempotency ?? { key: '', fingerprint: '' };
  if (!isSoleWriter(world.profile) || world.profile.faults.has('deposed')) {
    const isUsed = world.keyUses.some((use) => use.key === key && use.fingerprint !== fingerprint);
    return isUsed ? null : 'I7: nobody else used the key';
  }
  const isUsed = world.history.some(({ request: { idempotency: other }, called: before }) => {
    return other?.key === key && other.fingerprint !== fingerprint && before < called;
  });
  return isUsed ? null : 'I7: nobody else had used the key';
}

/** There is another order of this id, or another request for it had come before and was in flight. */
function orderReusedFault(world: World, { command, called }: Told, isThere: boolean): string | null {
  if (isThere || !isPlacement(command)) return isThere ? null : 'I7: there is none';
  const isAsked = world.history.some(({ command: other, called: before, answered }) => {
    const isRival =
      isPlacement(other) && other.orderId === command.orderId && other.fingerprint !== command.fingerprint;
    return isRival && before < called && (answered === null || answered > called);
  });
  return isAsked ? null : 'I7: there is none, and nobody else asked for it';
}
