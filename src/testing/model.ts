/**
 * The reference model: which states a shop may be in after a call, given its state before and its answer. The counters
 * move as in the ledger of a SKU. A call may leave several worlds, if its answer was lost. It may leave none; then the
 * answer cannot be right.
 */
import { unreachable } from '../lib/assert.ts';
import type { LineRequest } from '../shop/orders/order.ts';
import { evolve } from '../shop/skus/rules.ts';
import type { Counters, MovementKind } from '../shop/skus/sku.ts';

/** Orders, SKUs and products have the names that are printed: `o1`, `a`, `p`. */
export type Call =
  | { readonly kind: 'place'; readonly order: string; readonly lines: readonly LineRequest[] }
  | { readonly kind: 'cancel' | 'confirm' | 'expire' | 'ship'; readonly order: string }
  | { readonly kind: 'return'; readonly order: string; readonly lines: readonly LineRequest[] }
  /** `turns`: how many turns of the event loop the other calls get before it. */
  | { readonly kind: 'restart'; readonly turns: number };

/** `unknown`: the call threw, or was cut off. */
export interface Answered {
  readonly call: Call;
  readonly answer: 'done' | 'refused' | 'unknown';
}

/** A call with its answer, and the error if it threw. */
export interface Told extends Answered {
  readonly error?: unknown;
}

interface OrderState {
  readonly status: 'pending' | 'confirmed' | 'shipped' | 'cancelled';
  readonly lines: readonly LineRequest[];
  /** Units returned, by SKU. */
  readonly returned: Readonly<Record<string, number>>;
}

export interface World {
  readonly skus: Readonly<Record<string, Counters>>;
  /** The orders that were placed. */
  readonly orders: Readonly<Record<string, OrderState>>;
}

/** A law that is not enforced. If that explains what nothing else explains, the shop breaks this law. */
export type Slack =
  | 'restores_again'
  | 'places_again'
  | 'oversells'
  | 'takes_a_part'
  | 'revives'
  | 'returns_more'
  | 'forgets';

export function opened(stock: Readonly<Record<string, number>>): World {
  const skus = Object.entries(stock).map(([sku, onHand]) => [sku, { onHand, reserved: 0, sales: 0 }] as const);
  return { skus: Object.fromEntries(skus), orders: {} };
}

/** Units of a SKU that can be ordered. */
export function stockIn({ skus }: World, sku: string): number {
  const { onHand, reserved } = skus[sku] ?? { onHand: 0, reserved: 0 };
  return onHand - reserved;
}

/** The worlds that a call may leave. */
export function after(world: World, { call, answer }: Answered, slack: Slack | null): World[] {
  if (call.kind === 'restart') return [world];
  if (answer === 'unknown') {
    return [...after(world, { call, answer: 'done' }, slack), ...after(world, { call, answer: 'refused' }, slack)];
  }
  const lost = slack === 'forgets' && answer === 'done' ? [world] : [];
  return [...lost, ...effects(world, call, answer === 'done', slack)];
}

function effects(world: World, call: Exclude<Call, { kind: 'restart' }>, done: boolean, slack: Slack | null): World[] {
  switch (call.kind) {
    case 'place':
      return place(world, call, done, slack);
    case 'cancel':
      return giveBack(world, call.order, done, slack, ['pending', 'confirmed']);
    case 'expire':
      return giveBack(world, call.order, done, slack, ['pending']);
    case 'confirm':
    case 'ship':
      return done ? advance(world, call.kind, call.order, slack) : [world];
    case 'return':
      return done ? takeBack(world, call.order, call.lines, slack) : [world];
    default:
      return unreachable(call);
  }
}

function place(
  world: World,
  { order, lines }: Extract<Call, { kind: 'place' }>,
  done: boolean,
  slack: Slack | null,
): World[] {
  const parts = slack === 'takes_a_part' ? partsOf(lines).map((part) => moved(world, 'reserved', part)) : [];
  if (world.orders[order] !== undefined) {
    return slack === 'places_again' && done ? [world, moved(world, 'reserved', lines)] : [world];
  }
  if (!done) return [world, ...parts];
  const fits = lines.every(({ skuId, quantity }) => quantity <= stockIn(world, skuId));
  const placed = { status: 'pending', lines, returned: {} } as const;
  const whole = fits || slack === 'oversells' ? [moved(world, 'reserved', lines)] : [];
  return [...whole, ...parts].map((next) => withOrder(next, order, placed));
}

function giveBack(
  world: World,
  name: string,
  done: boolean,
  slack: Slack | null,
  from: readonly OrderState['status'][],
): World[] {
  const order = world.orders[name];
  if (order?.status === 'cancelled' && slack === 'restores_again') {
    return amountsUpTo(order.lines).map((lines) => moved(world, 'released', lines));
  }
  if (!done || order === undefined || !from.includes(order.status)) return [world];
  return [withOrder(moved(world, 'released', order.lines), name, { ...order, status: 'cancelled' })];
}

function advance(world: World, kind: 'confirm' | 'ship', name: string, slack: Slack | null): World[] {
  const order = world.orders[name];
  if (order === undefined || order.status === 'cancelled') return slack === 'revives' ? [world] : [];
  if (order.status === 'shipped' || (kind === 'confirm' && order.status === 'confirmed')) return [world];
  if (kind === 'confirm') return [withOrder(world, name, { ...order, status: 'confirmed' })];
  return [withOrder(moved(world, 'shipped', order.lines), name, { ...order, status: 'shipped' })];
}

function takeBack(world: World, name: string, lines: readonly LineRequest[], slack: Slack | null): World[] {
  const order = world.orders[name];
  const back: Record<string, number> = { ...order?.returned };
  for (const { skuId, quantity } of lines) back[skuId] = (back[skuId] ?? 0) + quantity;
  const fits =
    order?.status === 'shipped' && order.lines.every(({ skuId, quantity }) => (back[skuId] ?? 0) <= quantity);
  if (order === undefined || !(fits || slack === 'returns_more')) return [];
  return [withOrder(moved(world, 'returned', lines), name, { ...order, returned: back })];
}

function withOrder(world: World, name: string, order: OrderState): World {
  return { ...world, orders: { ...world.orders, [name]: order } };
}

function moved(world: World, kind: MovementKind, lines: readonly LineRequest[]): World {
  const skus = { ...world.skus };
  for (const { skuId, quantity } of lines) {
    const counters = skus[skuId];
    if (counters !== undefined) skus[skuId] = evolve(counters, { kind, quantity, restocked: true });
  }
  return { ...world, skus };
}

/** Every choice of some of the lines, but not all and not none. */
function partsOf(lines: readonly LineRequest[]): LineRequest[][] {
  const subsets = lines.reduce<LineRequest[][]>((all, line) => all.flatMap((some) => [some, [...some, line]]), [[]]);
  return subsets.filter((some) => some.length > 0 && some.length < lines.length);
}

/** The lines with every smaller quantity, down to none. */
function amountsUpTo(lines: readonly LineRequest[]): LineRequest[][] {
  return lines.reduce<LineRequest[][]>(
    (all, { skuId, quantity }) =>
      all.flatMap((some) => Array.from({ length: quantity + 1 }, (_, units) => [...some, { skuId, quantity: units }])),
    [[]],
  );
}
