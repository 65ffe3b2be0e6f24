/**
 * Preconditions in the reference model. They look at the version of the row that a command names, and not at how the
 * keeper finds the row.
 */
import type { Command } from '../../src/shop/commands.ts';
import type { Outcome } from '../../src/shop/outcome.ts';
import type { World } from './model.ts';

type Versions = NonNullable<Command['ifVersion']>;

/** Why a command is not carried out in a world, or `null` when it is. */
export function staleIn(world: World, command: Command): Outcome | null {
  const { ifVersion = null, ifNotVersion = null } = command;
  // A repeat gets the order as it was answered the first time.
  if ((command.kind === 'place' || command.kind === 'checkout') && world.orders.has(command.orderId)) return null;
  const named = rowOf(world, command);
  if (named === null) return null;
  const { about, version } = named;
  const kind = 'stale_version';
  if (command.kind === 'cancel' && wasDone(world, command)) return null;
  if (!isAt(ifVersion, version)) return { kind, ...about, expected: ifVersion ?? '*', version: version ?? 0 };
  if (!isNotAt(ifNotVersion, version))
    return { kind, ...about, unexpected: ifNotVersion ?? '*', version: version ?? 0 };
  return null;
}

const isAt = (asked: Versions | null, version: number | null): boolean => asked === null || fits(asked, version);
const isNotAt = (asked: Versions | null, version: number | null): boolean =>
  asked === null || version === null || !fits(asked, version);

/** The row whose version is meant, or `null` if there is none. */
function rowOf({ skus, orders, carts }: World, command: Command) {
  if ('cartId' in command) {
    return { about: { cartId: command.cartId }, version: carts.get(command.cartId)?.version ?? null };
  }
  if ('orderId' in command) {
    return { about: { orderId: command.orderId }, version: orders.get(command.orderId)?.version ?? null };
  }
  const skuId = 'sku' in command ? command.sku.id : 'skuId' in command ? command.skuId : null;
  return skuId === null ? null : { about: { skuId }, version: skus.get(skuId)?.version ?? null };
}

/** What does not exist is at version 0 and does not match `*`. */
function fits(versions: Versions, version: number | null): boolean {
  if (versions === '*') return version !== null;
  return typeof versions === 'number' ? versions === (version ?? 0) : versions.includes(version ?? 0);
}

/**
 * A cancelled order never changes again. So either the cancel would have been carried out at the version before, or it
 * was.
 */
function wasDone({ orders }: World, command: Extract<Command, { kind: 'cancel' }>): boolean {
  const order = orders.get(command.orderId);
  if (order?.status !== 'cancelled') return false;
  const before = order.version - 1;
  return isAt(command.ifVersion ?? null, before) && isNotAt(command.ifNotVersion ?? null, before);
}
