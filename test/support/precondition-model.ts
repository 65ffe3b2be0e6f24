/** Preconditions in the reference model: told from the version of the row that a command names, with no regard to how the keeper finds it. */
import type { Command } from '../../src/shop/commands.ts';
import type { Outcome } from '../../src/shop/outcome.ts';
import type { World } from './model.ts';

type Versions = NonNullable<Command['ifVersion']>;

/** Why a command is not carried out in a world, `null` when it is. */
export function staleIn(world: World, command: Command): Outcome | null {
  const { ifVersion = null, ifNotVersion = null } = command;
  // Asked for again, an order is what it was answered to be.
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

/** The row whose version is meant, `null` for what has none. */
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

/** What is not there is at version 0, and is not `*`. */
function fits(versions: Versions, version: number | null): boolean {
  if (versions === '*') return version !== null;
  return typeof versions === 'number' ? versions === (version ?? 0) : versions.includes(version ?? 0);
}

/** What is cancelled never changes again: the cancel would have been done at the version before, or was. */
function wasDone({ orders }: World, command: Extract<Command, { kind: 'cancel' }>): boolean {
  const order = orders.get(command.orderId);
  if (order?.status !== 'cancelled') return false;
  const before = order.version - 1;
  return isAt(command.ifVersion ?? null, before) && isNotAt(command.ifNotVersion ?? null, before);
}
