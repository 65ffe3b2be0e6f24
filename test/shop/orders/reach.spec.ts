/** The histories that the laws are asked of really reach the rare paths: a property over histories that never get there proves nothing. */
import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../../src/shop/commands.ts';
import { isOverdue, type Order } from '../../../src/shop/orders/order.ts';
import { HISTORIES, history } from '../../support/arbitraries.ts';
import { type Ask, EMPTY_WORLD, run, type Step, type World } from '../../support/model.ts';

/** What a turn is an example of. */
function sightings({ command, at }: Ask, before: World, turn: Step, waited: ReadonlySet<string>): string[] {
  const seen = [`${command.kind}: ${turn.outcome.kind}${turn.replayed ? ', replayed' : ''}`];
  const order = 'orderId' in command ? before.orders.get(command.orderId) : undefined;
  if (order === undefined) return seen;
  if (isOverdue(order, at)) seen.push(`overdue: ${command.kind}`);
  if (isOverdue(order, at) && at === order.expiresAt) seen.push('overdue to the millisecond');
  return [...seen, ...sightingsOf(command, order, turn, waited.has(order.id))];
}

function sightingsOf(command: Command, order: Order, { world, outcome, movements }: Step, waited: boolean): string[] {
  const restores = movements.length > 0;
  switch (command.kind) {
    case 'cancel':
      return [`cancel: ${order.status}, ${restores ? 'restores' : 'restores nothing'}`];
    case 'reduce': {
      if (outcome.kind !== 'order') return [];
      if (!restores) return ['reduce: again'];
      const status = world.orders.get(order.id)?.status;
      const gone = status === 'cancelled' ? 'reduce: last line gone' : 'reduce: line removed';
      return [command.quantity === 0 ? gone : `reduce: ${status}`];
    }
    case 'ship': {
      if (order.status !== 'confirmed' || movements.length === 0) return [];
      const removed = order.lines.some(({ quantity }) => quantity === 0) ? ['ship: with a line removed'] : [];
      return waited ? ['ship: backorder, once received', ...removed] : removed;
    }
    case 'return': {
      if (movements.length === 0 || outcome.kind !== 'order') return [];
      const again = order.lines.some(({ returned }) => returned > 0) ? ['return: a second time'] : [];
      return [command.restock ? 'return: restocked' : 'return: not restocked', ...again];
    }
    default:
      return [];
  }
}

/** How often each sighting was made, and what orders were left open in the end. */
function observed(): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (sighting: string) => counts.set(sighting, (counts.get(sighting) ?? 0) + 1);
  for (const asks of fc.sample(history(), { ...HISTORIES, seed: 20_261_120 })) {
    let before = EMPTY_WORLD;
    const waited = new Set<string>();
    for (const [index, turn] of run(asks).entries()) {
      const ask = asks[index];
      if (ask === undefined) continue;
      for (const sighting of sightings(ask, before, turn, waited)) count(sighting);
      if (turn.outcome.kind === 'not_on_hand' && 'orderId' in ask.command) waited.add(ask.command.orderId);
      before = turn.world;
    }
    for (const { status } of before.orders.values()) count(`left ${status}`);
  }
  return counts;
}

const PATHS = [
  'place: order_placed',
  'place: order_placed, replayed',
  'place: order_id_reused',
  'place: insufficient_stock',
  'place: unknown_sku',
  'place: currency_mismatch',
  'place: max_per_order',
  'place: customer_required',
  'place: max_per_customer',
  'confirm: order_expired',
  'confirm: order_cancelled',
  'cancel: order_shipped',
  'cancel: pending, restores',
  'cancel: confirmed, restores',
  'cancel: cancelled, restores nothing',
  'expire: order',
  'overdue: confirm',
  'overdue: cancel',
  'overdue: ship',
  'overdue: reduce',
  'overdue: return',
  'overdue: expire',
  'overdue to the millisecond',
  'reduce: pending',
  'reduce: confirmed',
  'reduce: again',
  'reduce: line removed',
  'reduce: last line gone',
  'reduce: cannot_increase',
  'reduce: line_not_found',
  'reduce: order_shipped',
  'ship: order_not_confirmed',
  'ship: not_on_hand',
  'ship: backorder, once received',
  'ship: with a line removed',
  'return: return_exceeds_shipped',
  'return: order_not_shipped',
  'return: restocked',
  'return: not restocked',
  'return: a second time',
  'adjust: below_reserved',
  'adjust: counter_limit',
  'adjust: stale_version',
  'change_sku: sku',
  'receive: sku',
  'left pending',
  'left confirmed',
  'left shipped',
  'left cancelled',
];

describe('the histories of the properties', () => {
  const counts = observed();

  it.each(PATHS)('reach %s', (path) => {
    expect(counts.get(path) ?? 0).toBeGreaterThan(0);
  });
});
