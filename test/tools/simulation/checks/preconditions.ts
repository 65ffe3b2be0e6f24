/** Preconditions: what was done was done at the version asked for, and what was refused for its version was at another one at such a moment. */
import type { Outcome } from '../../../../src/shop/outcome.ts';
import type { Told } from '../history.ts';
import type { World } from '../world.ts';
import type { Rows } from './rows.ts';

type Stale = Extract<Outcome, { kind: 'stale_version' }>;

/** It was at another version, durable by then and not older than answered before; at 0 it need not have been there. */
export function staleFault(world: World, rows: Rows, told: Told, outcome: Stale): string | null {
  const { called, answered, command, answer } = told;
  const { version, expected } = outcome;
  if (expected !== command.ifVersion) return `I3: ${expected} was not asked for`;
  if (version === expected) return 'I7: it is at that version';
  if ('productId' in outcome) return 'I3: no product was asked for';
  if ('cartId' in outcome) {
    const floor = rows.cartFloor(outcome.cartId, called);
    const changes = world.database.carts.get(outcome.cartId) ?? [];
    const isTrue = changes.some(
      ({ cart, tick }, i) => i >= floor && tick <= answered && (cart?.version ?? 0) === version,
    );
    const isExcused = world.tainted.has(`cart ${outcome.cartId}`) || answer.replayed;
    return isTrue || (version === 0 && floor < 0) || isExcused ? null : `I2: cart at ${version} was not durable`;
  }
  const isOrder = 'orderId' in outcome;
  const id = isOrder ? outcome.orderId : outcome.skuId;
  if (world.tainted.has(`order ${id}`)) return null;
  const written = (isOrder ? world.database.orders : world.database.skus).get(id)?.get(version);
  const floor = isOrder ? rows.orderFloor(id, called) : rows.skuFloor(id, called);
  if (version < floor && !answer.replayed) return `I8: ${id} was at ${floor} before it was asked`;
  const isDurable = written !== undefined && written.tick <= answered;
  return isDurable || (version === 0 && floor < 0) ? null : `I2: ${id}@${version} was not durable`;
}

/** What was done at a version is what stands one behind it, or the same when nothing changed. */
export function unconditionalFault(world: World, { command, answer }: Told): string | null {
  const { ifVersion = null } = command;
  const { outcome, replayed } = answer;
  if (ifVersion === null || replayed) return null;
  const found =
    'sku' in outcome
      ? outcome.sku.version
      : outcome.kind === 'order'
        ? outcome.order.version
        : outcome.kind === 'cart'
          ? outcome.cart.version
          : null;
  if (outcome.kind === 'order_placed') {
    const written = world.database.orders.get(outcome.order.id)?.get(1);
    const cart = written?.facts.carts.find(({ id }) => 'cartId' in command && id === command.cartId);
    return cart === undefined || cart.basis === ifVersion
      ? null
      : `I7: the cart was at ${cart.basis}, not ${ifVersion}`;
  }
  const isRead = command.kind.startsWith('read_');
  const isRight = found === null || found === ifVersion || (!isRead && found - 1 === ifVersion);
  return isRight ? null : `I7: it was done at a version before ${found}, not at ${ifVersion}`;
}
