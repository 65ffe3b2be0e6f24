/**
 * The waiting line, held against its rule: a request takes from a SKU only what those ahead of it leave. So nobody is delayed by one who came
 * later (W1), the gone never hold stock (W2), nobody is sent away before its time (W4), and who is told of others ahead of it was not told a tale (W5).
 * What is looked at while the world runs is in `line-watch.ts` (W1, W2, W3).
 */

import type { Order } from '../../../../src/shop/orders/order.ts';
import { available } from '../../../../src/shop/skus/sku.ts';
import { rowsOf } from '../../../support/rows-of.ts';
import type { Written } from '../database.ts';
import { type Asked, isFinal, isPlacement, isUnknown, requestName } from '../history.ts';
import type { Stay } from '../line-watch.ts';
import { isCalm } from '../profile.ts';
import type { World } from '../world.ts';

export function checkWaiting(world: World): string[] {
  const placements = world.history.filter(({ command }) => isPlacement(command));
  if (placements.every(({ command }) => !isPlacement(command) || (command.waitSeconds ?? 0) === 0)) return [];
  const byOrder = Map.groupBy(placements, ({ command }) => (isPlacement(command) ? requestName(command.orderId) : ''));
  const placed = [...world.database.orders.values()].flatMap((versions) => versions.get(1) ?? []);
  return [
    ...placed.flatMap((written) => overtaken(world, byOrder, written)),
    ...placed.flatMap((written) => servedTheGone(byOrder, written)),
    ...world.history.flatMap((asked, n) => [...sentAway(world, asked, n), ...phantoms(world, asked, n)]),
  ];
}

/** Asks that the order may have been placed for: not told anything else before. */
function askedFor(asks: readonly Asked[], { tick }: Written<Order>): Asked[] {
  return asks.filter(
    (asked) => asked.called < tick && (asked.answered === null || asked.answered > tick || isUnknown(asked)),
  );
}

/** W1: of each SKU it left as much as those ask for who were known to wait before it came, and waited on. */
function overtaken(world: World, byOrder: ReadonlyMap<string, Asked[]>, written: Written<Order>): string[] {
  const { by, row, facts } = written;
  const asks = askedFor(byOrder.get(requestName(row.id)) ?? [], written);
  if (by !== 'keeper' || asks.length === 0) return [];
  const called = Math.min(...asks.map((asked) => asked.called));
  // Who has joined stands in the place of who asked first.
  const places = world.lineWatch.stays.filter((stay) => stay.orderId === row.id && stay.from < written.tick);
  const arrival = places.at(-1)?.arrival ?? Number.POSITIVE_INFINITY;
  const earlier = world.lineWatch.stays.filter(
    (stay) => stay.orderId !== row.id && stay.from < called && stay.arrival < arrival,
  );
  if (earlier.length === 0) return [];
  return rowsOf(facts.skus).flatMap((sku) => {
    const ahead = earlier.filter(
      (stay) =>
        (stay.stoodFrom.get(sku.id) ?? called) < called &&
        stoodAt(world, byOrder, stay, sku.id, sku.version, written.tick),
    );
    const units = ahead.reduce((sum, { needs }) => sum + (needs.get(sku.id) ?? 0), 0);
    if (units > 0) world.coverage.count('check: placed behind others');
    if (units <= Math.max(0, available(sku))) return [];
    const names = ahead.map(({ orderId }) => orderId).join(', ');
    return [
      `W1: ${row.id} left ${available(sku)} of ${sku.id}@${sku.version} to ${names}, who were ahead and ask for ${units}`,
    ];
  });
}

/** Whether a waiter certainly stood in its place when the SKU came to be at `version`, durable at `tick`. */
function stoodAt(
  world: World,
  byOrder: ReadonlyMap<string, Asked[]>,
  { orderId, from }: Stay,
  skuId: string,
  version: number,
  tick: number,
): boolean {
  const asks = (byOrder.get(requestName(orderId)) ?? []).filter(
    (asked) => asked.called < from && (asked.answered === null || asked.answered > from),
  );
  const [asked] = asks;
  if (asked === undefined || asks.length > 1) return false;
  const until = asked.dropped?.tick ?? asked.answered ?? Number.POSITIVE_INFINITY;
  const placed = world.database.orders
    .get(orderId)
    ?.get(1)
    ?.facts.skus.find(({ id }) => id === skuId);
  if (placed?.row && placed.row.version <= version) return false;
  const { outcome } = asked.answer ?? {};
  if (outcome?.kind === 'insufficient_stock') {
    const shortage = outcome.shortages.find((it) => it.skuId === skuId);
    return shortage !== undefined && shortage.version >= version;
  }
  return tick < until;
}

/** W2: nothing is reserved for those who were gone while they stood in the line. */
function servedTheGone(byOrder: ReadonlyMap<string, Asked[]>, written: Written<Order>): string[] {
  const asks = (byOrder.get(requestName(written.row.id)) ?? []).filter(({ called }) => called < written.tick);
  const areGone =
    asks.length > 0 && asks.every(({ dropped }) => dropped?.wasInLine === true && dropped.tick < written.tick);
  return written.by === 'keeper' && areGone ? [`W2: order ${written.row.id} was placed, and nobody waited for it`] : [];
}

/** W4: who waits is told that there is not enough when its time is up, and soon after; placed where it is placed. */
function sentAway(world: World, asked: Asked, n: number): string[] {
  const { command, calledMs, answeredMs, answer } = asked;
  if (!isPlacement(command) || !isFinal(asked) || answeredMs === null || answer === null) return [];
  const waitMs = (command.waitSeconds ?? 0) * 1000;
  const waitedMs = answeredMs - calledMs;
  if (waitMs === 0) return [];
  if (answer.outcome.kind === 'insufficient_stock') {
    world.coverage.count('check: waited in vain');
    if (waitedMs < waitMs) return [`W4: #${n} waits ${waitMs} ms at most, and was sent away after ${waitedMs}`];
  } else if (answer.outcome.kind === 'order_placed' && waitedMs > 1000) {
    world.coverage.count('check: waited and was served');
  }
  if (isCalm(world.profile) && waitedMs > waitMs + 1000)
    return [`W4: #${n} waits ${waitMs} ms at most, and was answered after ${waitedMs}`];
  return [];
}

/** W5: what those ahead were said to ask for, somebody did ask for. */
function phantoms(world: World, asked: Asked, n: number): string[] {
  const { called, answered, answer } = asked;
  if (!isFinal(asked) || answered === null || answer?.outcome.kind !== 'insufficient_stock') return [];
  return answer.outcome.shortages.flatMap(({ skuId, requested, available: free, ahead = 0 }) => {
    if (ahead > 0) world.coverage.count('check: refused for those ahead');
    if (requested <= free - ahead)
      return [`W5: #${n} was refused ${requested} of ${skuId}, ${free} less ${ahead} ahead`];
    let most = 0;
    for (const other of world.history) {
      const { command } = other;
      if (other === asked || !isPlacement(command) || (command.waitSeconds ?? 0) === 0) continue;
      if (other.called > answered || (other.answered !== null && other.answered < called)) continue;
      if (command.kind === 'checkout') return [];
      for (const line of command.lines) if (line.skuId === skuId) most += line.quantity;
    }
    return ahead <= most
      ? []
      : [`W5: #${n} was told that ${ahead} of ${skuId} are asked for ahead of it, and it were ${most}`];
  });
}
