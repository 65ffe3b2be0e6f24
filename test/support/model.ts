/**
 * The reference model: a shop as three maps, and one command applied by the rules is one turn. There is no memory to
 * lose, no journal and no waiting. The keeper must answer and record what `step` answers and records for the same
 * commands in the order of their turns. Every command restores its order from the stored status, so the model knows
 * nothing that a row does not hold.
 */

import { assert, unreachable } from '../../src/lib/assert.ts';
import type { Cart } from '../../src/shop/carts/cart.ts';
import type { Command } from '../../src/shop/commands.ts';
import type { OrderCommand } from '../../src/shop/orders/commands.ts';
import { addTogether, asPlaced, type LineRequest, type Order } from '../../src/shop/orders/order.ts';
import { OrderActor } from '../../src/shop/orders/order-actor.ts';
import type { OrderMessage, OrderSaid } from '../../src/shop/orders/order-changes.ts';
import { type PlaceRequest, placeOrder, type Shop } from '../../src/shop/orders/place.ts';
import type { Outcome } from '../../src/shop/outcome.ts';
import type { SkuCommand } from '../../src/shop/skus/commands.ts';
import type { SkuRefusal } from '../../src/shop/skus/outcomes.ts';
import { decideStock, openSku, refusalOf, type StockDecision, type StockMessage } from '../../src/shop/skus/rules.ts';
import { available, type Movement, type Sku } from '../../src/shop/skus/sku.ts';
import { cartStep, checkoutStep } from './cart-model.ts';
import { staleIn } from './precondition-model.ts';
import { standingUnits } from './standing-units.ts';

export interface World {
  readonly skus: ReadonlyMap<string, Sku>;
  readonly orders: ReadonlyMap<string, Order>;
  readonly carts: ReadonlyMap<string, Cart>;
}

export const EMPTY_WORLD: World = { skus: new Map(), orders: new Map(), carts: new Map() };

/**
 * One turn: the world after it, the answer, and the movements that it wrote, in order. A turn that changed nothing
 * leaves the same `world` object.
 */
export interface Step {
  readonly world: World;
  readonly outcome: Outcome;
  /** True when this is the first answer under the same order id given again. */
  readonly replayed: boolean;
  readonly movements: readonly Movement[];
}

/** A command and the time of its turn, milliseconds since the Unix epoch. */
export interface Ask {
  readonly command: Command;
  readonly at: number;
}

/**
 * Applies one command as one turn at `at`. Idempotency keys and the limits of the door belong to the keeper, not to the
 * model.
 */
export function step(world: World, command: Command, at: number): Step {
  const stale = staleIn(world, command);
  if (stale !== null) return said(world, stale);
  switch (command.kind) {
    case 'create_sku':
    case 'read_sku':
    case 'change_sku':
    case 'receive':
    case 'adjust':
      return skuStep(world, command, at);
    case 'read_availability':
      return said(world, availabilityOf(world, command.skuIds, at));
    case 'read_cart':
    case 'put_line':
    case 'remove_line':
    case 'select_all':
    case 'merge_carts':
    case 'sweep_cart':
      return cartStep(world, command, at);
    case 'checkout':
      return checkoutStep(world, command, at, (lines) => placing(world, { ...command, lines }, at));
    case 'put_product':
      throw new Error(`the model knows no ${command.kind}`);
    default:
      return orderStep(world, command, at);
  }
}

/** The turns of a history, one after another, starting from `world`. */
export function run(history: readonly Ask[], world: World = EMPTY_WORLD): Step[] {
  const steps: Step[] = [];
  let now = world;
  for (const { command, at } of history) {
    const turn = step(now, command, at);
    steps.push(turn);
    now = turn.world;
  }
  return steps;
}

/** The world after a history. */
export function worldAfter(history: readonly Ask[]): World {
  return run(history).at(-1)?.world ?? EMPTY_WORLD;
}

const said = (world: World, outcome: Outcome): Step => ({ world, outcome, replayed: false, movements: [] });

function availabilityOf({ skus }: World, skuIds: readonly string[], at: number): Outcome {
  const items = skuIds.flatMap((id) => {
    const sku = skus.get(id);
    return sku === undefined ? [] : [{ skuId: id, available: available(sku), version: sku.version }];
  });
  return { kind: 'availability', items, unknown: skuIds.filter((id) => !skus.has(id)), at };
}

function skuStep(world: World, command: Exclude<SkuCommand, { kind: 'read_availability' }>, at: number): Step {
  if (command.kind === 'create_sku') {
    if (world.skus.has(command.sku.id)) return said(world, { kind: 'sku_exists', skuId: command.sku.id });
    const { sku, movement } = openSku(command.sku, at);
    const after = { ...world, skus: new Map(world.skus).set(sku.id, sku) };
    return { ...said(after, { kind: 'sku_created', sku }), movements: movement === null ? [] : [movement] };
  }
  const sku = world.skus.get(command.skuId);
  if (sku === undefined) return said(world, { kind: 'sku_not_found', skuId: command.skuId });
  if (command.kind === 'read_sku') return said(world, { kind: 'sku', sku });
  const decision = decideStock(sku, stockMessage(command, at));
  if (decision.kind === 'refused') return said(world, decision.refusal);
  if (decision.kind === 'unchanged') return said(world, { kind: 'sku', sku });
  const after = { ...world, skus: new Map(world.skus).set(sku.id, decision.sku) };
  return { ...said(after, { kind: 'sku', sku: decision.sku }), movements: [decision.movement] };
}

type SkuChange = Exclude<SkuCommand, { kind: 'create_sku' | 'read_sku' | 'read_availability' }>;

function stockMessage(command: SkuChange, at: number): StockMessage {
  switch (command.kind) {
    case 'receive':
      return { type: 'receive', quantity: command.quantity, reason: command.reason, reference: command.reference, at };
    case 'adjust':
      return { type: 'adjust', by: command.by, reason: command.reason, at };
    case 'change_sku':
      return { type: 'change', changes: command.changes, at };
    default:
      return unreachable(command);
  }
}

function orderStep(world: World, command: OrderCommand, at: number): Step {
  if (command.kind === 'place') return placing(world, command, at);
  const order = world.orders.get(command.orderId);
  if (order === undefined) return said(world, { kind: 'order_not_found', orderId: command.orderId });
  if (command.kind === 'read_order') return said(world, { kind: 'order', order });
  const owner = new OrderActor(order);
  const answer = owner.tell(orderMessage(world, order, command, at));
  const outcome: Outcome = answer.refusal ?? { kind: 'order', order: owner.order };
  return answer.changed ? applied(world, owner.order, answer.stock, outcome) : said(world, outcome);
}

function placing(world: World, request: PlaceRequest, at: number): Step {
  const order = world.orders.get(request.orderId);
  if (order === undefined) return place(world, request, at);
  if (order.fingerprint !== request.fingerprint) return said(world, { kind: 'order_id_reused', orderId: order.id });
  return { ...said(world, { kind: 'order_placed', order: asPlaced(order) }), replayed: true };
}

function place(world: World, request: PlaceRequest, at: number): Step {
  const shop: Shop = {
    sku: (skuId) => world.skus.get(skuId) ?? null,
    standing: (customerId, skuId) => standingUnits(world.orders.values(), customerId, skuId),
    ahead: () => 0,
  };
  const decision = placeOrder(request, shop, at);
  if ('refusal' in decision) return said(world, decision.refusal);
  const { placed } = decision;
  const stock = placed.lines.map(({ skuId, quantity }) => ({
    skuId,
    message: { type: 'reserve', quantity, orderId: placed.id, at } as const,
  }));
  return applied(world, placed, stock, { kind: 'order_placed', order: placed });
}

function orderMessage(
  world: World,
  order: Order,
  command: Exclude<OrderCommand, { kind: 'place' | 'read_order' }>,
  at: number,
): OrderMessage {
  switch (command.kind) {
    case 'confirm':
    case 'expire':
      return { type: command.kind, at };
    case 'cancel':
      return { type: 'cancel', reason: command.reason, at };
    case 'reduce':
      return { type: 'reduce', skuId: command.skuId, quantity: command.quantity, at };
    case 'ship': {
      const standing = order.lines.filter((line) => line.quantity > 0);
      return {
        type: 'ship',
        at,
        blocked: blocked(world, standing, (line) => ({ type: 'ship', orderId: order.id, at, ...line })),
      };
    }
    case 'return': {
      const lines = addTogether(command.lines);
      const { restock } = command;
      const back = ({ quantity }: LineRequest): StockMessage => ({
        type: 'return',
        quantity,
        restock,
        orderId: order.id,
        at,
      });
      return { type: 'return', at, lines, restock, blocked: blocked(world, lines, back) };
    }
    default:
      return unreachable(command);
  }
}

/**
 * What the SKUs of these lines object to a message to each of them. If several of them lack units on hand, all of these
 * are told together.
 */
function blocked(
  world: World,
  lines: readonly LineRequest[],
  messageOf: (line: LineRequest) => StockMessage,
): SkuRefusal | null {
  const refusals = lines.flatMap((line) => {
    const sku = world.skus.get(line.skuId);
    return sku === undefined ? [] : (refusalOf(sku, messageOf(line)) ?? []);
  });
  const shortages = refusals.flatMap((refusal) => (refusal.kind === 'not_on_hand' ? refusal.shortages : []));
  return shortages.length > 0 ? { kind: 'not_on_hand', shortages } : (refusals[0] ?? null);
}

/** The order after a turn, and its SKUs after the messages that the turn sends them. None of the SKUs may refuse. */
function applied(world: World, order: Order, stock: OrderSaid['stock'], outcome: Outcome): Step {
  const skus = new Map(world.skus);
  const movements: Movement[] = [];
  for (const { skuId, message } of stock) {
    const sku = skus.get(skuId);
    assert(sku !== undefined, `order ${order.id} names ${skuId}, which does not exist`);
    const decision: StockDecision = decideStock(sku, message);
    assert(decision.kind === 'moved', `${skuId} is ${decision.kind} at ${message.type} of order ${order.id}`);
    skus.set(skuId, decision.sku);
    movements.push(decision.movement);
  }
  const orders = new Map(world.orders).set(order.id, order);
  return { world: { ...world, skus, orders }, outcome, replayed: false, movements };
}
