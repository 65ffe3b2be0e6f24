/**
 * Judges a shop by its answers and by what was seen of it. Calls made at the same time may have happened in any order.
 * The shop is right if some order of them explains all answers and everything seen afterwards. If no order does, the
 * verdict names the law whose breach would explain it.
 */
import type { Counters } from '../shop/skus/sku.ts';
import { type Answered, after, type Slack, stockIn, type World } from './model.ts';

export type Law =
  | 'cancel_restores_once'
  | 'never_oversold'
  | 'all_lines_or_none'
  | 'nothing_leaks'
  | 'sales_count_standing_orders'
  | 'no_other_order_eaten'
  | 'place_counts_once'
  | 'only_standing_orders_proceed'
  | 'returned_only_what_was_shipped'
  | 'answered_survives_restart'
  | 'every_call_answered';

/** Each law in a sentence. */
export const LAWS: Readonly<Record<Law, string>> = {
  cancel_restores_once: 'a cancel or expiry, however often repeated, gives the units of an order back once',
  never_oversold: 'nothing is sold twice: what an order has taken is not on sale any more',
  all_lines_or_none: 'an order takes all of its lines or none',
  nothing_leaks: 'nothing leaks: what no order has taken is on sale',
  sales_count_standing_orders: 'a sales counter is the units in orders that stand',
  no_other_order_eaten:
    "what is given back is an order's own: units of another order that stands are not offered again",
  place_counts_once: 'an order placed again under its id counts once',
  only_standing_orders_proceed: 'only an order that stands is confirmed or shipped',
  returned_only_what_was_shipped: 'no more is returned than was shipped',
  answered_survives_restart: 'what was answered survives a restart',
  every_call_answered: 'every call is answered, within the time that `callLimitMs` gives it',
};

/** What the shop says about itself while nothing is under way, by name. It has sales only if the shop tells them. */
export interface Seen {
  readonly stock: Readonly<Record<string, number>>;
  readonly sales: Readonly<Record<string, number>>;
  readonly productSales: Readonly<Record<string, number>>;
}

/** Calls that were made at the same time. */
export type Burst = readonly Answered[];

export type Verdict =
  | { readonly kind: 'right'; readonly worlds: readonly World[] }
  /** `expected`: what the counters may be. It is empty if the answers alone cannot be right. */
  | { readonly kind: 'broken'; readonly law: Law; readonly expected: readonly World[] };

/** The names of products, each with the names of its SKUs. */
export type Products = Readonly<Record<string, readonly string[]>>;

/**
 * Judges bursts that were made one after another, and what was seen after the last one. `worlds` are the states in
 * which the shop may have been before.
 */
export function judge(worlds: readonly World[], bursts: readonly Burst[], seen: Seen, products: Products): Verdict {
  const possible = reached(worlds, bursts, null);
  const right = possible.filter((world) => hasStock(world, seen) && hasSales(world, seen, products));
  if (right.length > 0) return { kind: 'right', worlds: right };
  return { kind: 'broken', law: brokenLaw(worlds, bursts, seen, possible), expected: possible };
}

function brokenLaw(worlds: readonly World[], bursts: readonly Burst[], seen: Seen, possible: readonly World[]): Law {
  if (possible.length === 0) return lawOfAnswers(worlds, bursts);
  if (possible.some((world) => hasStock(world, seen))) return 'sales_count_standing_orders';
  if (Object.values(seen.stock).some((units) => units < 0)) return 'never_oversold';
  const explains = (slack: Slack) => reached(worlds, bursts, slack).some((world) => hasStock(world, seen));
  if (explains('restores_again')) return lawOfCancel(worlds, seen);
  if (explains('places_again')) return 'place_counts_once';
  if (bursts.flat().some(({ call }) => call.kind === 'restart') && explains('forgets')) {
    return 'answered_survives_restart';
  }
  if (explains('takes_a_part')) return 'all_lines_or_none';
  return isMore(possible, seen) ? 'never_oversold' : 'nothing_leaks';
}

/** Whether more is on sale than there may be, so that units which an order took can be bought once more. */
function isMore(possible: readonly World[], seen: Seen): boolean {
  return Object.entries(seen.stock).some(([sku, units]) => possible.every((world) => units > stockIn(world, sku)));
}

function lawOfAnswers(worlds: readonly World[], bursts: readonly Burst[]): Law {
  if (reached(worlds, bursts, 'oversells').length > 0) return 'never_oversold';
  if (reached(worlds, bursts, 'revives').length > 0) return 'only_standing_orders_proceed';
  return reached(worlds, bursts, 'returns_more').length > 0 ? 'returned_only_what_was_shipped' : 'never_oversold';
}

/** Units that were given back once too often are either new units or those of another order. */
function lawOfCancel(worlds: readonly World[], seen: Seen): Law {
  const isNew = worlds.some(({ skus }) =>
    Object.entries(skus).some(([sku, { onHand }]) => (seen.stock[sku] ?? 0) > onHand),
  );
  return isNew ? 'cancel_restores_once' : 'no_other_order_eaten';
}

/** All worlds that bursts made one after another may leave. */
function reached(worlds: readonly World[], bursts: readonly Burst[], slack: Slack | null): readonly World[] {
  return bursts.reduce<readonly World[]>((before, burst) => anyOrder(before, burst, slack), worlds);
}

/**
 * All worlds that calls made at the same time may leave. They are kept by the set of calls that have happened, each
 * world once.
 */
function anyOrder(worlds: readonly World[], burst: Burst, slack: Slack | null): readonly World[] {
  const all = (1 << burst.length) - 1;
  const found = Array.from({ length: all + 1 }, () => new Map<string, World>());
  for (const world of worlds) found[0]?.set(keyOf(world), world);
  for (const [happened, here] of found.entries()) {
    for (const [i, answered] of burst.entries()) {
      if ((happened & (1 << i)) !== 0) continue;
      for (const world of here.values()) {
        for (const next of after(world, answered, slack)) found[happened | (1 << i)]?.set(keyOf(next), next);
      }
    }
  }
  return [...(found[all]?.values() ?? [])];
}

/** The same text for equal worlds, whatever order the orders have. */
function keyOf({ skus, orders }: World): string {
  return JSON.stringify([
    skus,
    Object.keys(orders)
      .sort()
      .map((name) => [name, orders[name]]),
  ]);
}

function hasStock(world: World, { stock }: Seen): boolean {
  return Object.entries(stock).every(([sku, units]) => world.skus[sku] !== undefined && stockIn(world, sku) === units);
}

function hasSales(world: World, seen: Seen, products: Products): boolean {
  const ofSkus = Object.entries(seen.sales).every(([sku, units]) => world.skus[sku]?.sales === units);
  return (
    ofSkus &&
    Object.entries(seen.productSales).every(([name, units]) => productSalesIn(world, products[name]) === units)
  );
}

/** Summed sales of a product's SKUs. */
export function productSalesIn({ skus }: World, members: readonly string[] = []): number {
  return members.reduce((sum, sku) => sum + ((skus[sku] as Counters | undefined)?.sales ?? 0), 0);
}
