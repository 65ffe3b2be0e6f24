/**
 * Preconditions: at which version a command may be carried out. They are looked at in the turn itself, before anything else is decided of it, so
 * that nothing comes between the look and the deed.
 *
 * The version is that of the one thing that a command is about: of a checkout and a merge that is the cart. What is not there is at version 0.
 */
import { assert } from '../lib/assert.ts';
import type { Command } from './command.ts';
import type { Turn } from './turn.ts';
import type { Conditional, Stale, StaleVersion, Versions } from './versions.ts';

/** Why a command may not be carried out now, `null` when it may. */
export function staleVersion(command: Command, turn: Turn): StaleVersion | null {
  if ((command.ifVersion ?? null) === null && (command.ifNotVersion ?? null) === null) return null;
  switch (command.kind) {
    case 'create_sku':
      return unmet(command, { skuId: command.sku.id }, turn.sku(command.sku.id));
    case 'read_sku':
    case 'change_sku':
    case 'receive':
    case 'adjust':
      return unmet(command, { skuId: command.skuId }, turn.sku(command.skuId));
    case 'put_product':
      return unmet(command, { productId: command.product.id }, turn.product(command.product.id));
    case 'place':
      return isAskedAgain(command, turn) ? null : unmet(command, { orderId: command.orderId }, null);
    case 'cancel':
      return staleCancel(command, turn);
    case 'read_order':
    case 'confirm':
    case 'ship':
    case 'reduce':
    case 'return':
      return unmet(command, { orderId: command.orderId }, turn.order(command.orderId));
    case 'checkout':
      return isAskedAgain(command, turn) ? null : staleCart(command, turn);
    case 'read_cart':
      return isShownAnew(command, turn)
        ? staleCart({ ...command, ifNotVersion: null }, turn)
        : staleCart(command, turn);
    case 'put_line':
    case 'remove_line':
    case 'select_all':
    case 'merge_carts':
      return staleCart(command, turn);
    case 'read_availability':
    case 'expire':
    case 'sweep_cart':
      assert(false, `${command.kind} is about nothing that has one version`);
  }
}

interface AtVersion {
  readonly version: number;
}

/** Why the thing that is found, or is not, is not at a version asked for; `null` when it is. */
export function unmet<Id extends string>(
  { ifVersion = null, ifNotVersion = null }: Conditional,
  about: Readonly<Record<Id, string>>,
  found: AtVersion | null,
): Stale<Id> | null {
  const version = found?.version ?? 0;
  const isAmong = (versions: Exclude<Versions, '*'>) => [versions].flat().includes(version);
  if (ifVersion !== null && !(ifVersion === '*' ? found !== null : isAmong(ifVersion))) {
    return { kind: 'stale_version', ...about, expected: ifVersion, version };
  }
  if (ifNotVersion !== null && found !== null && (ifNotVersion === '*' || isAmong(ifNotVersion))) {
    return { kind: 'stale_version', ...about, unexpected: ifNotVersion, version };
  }
  return null;
}

type About<Kind extends Command['kind']> = Extract<Command, { readonly kind: Kind }>;

const staleCart = (
  command: About<'read_cart' | 'put_line' | 'remove_line' | 'select_all' | 'merge_carts' | 'checkout'>,
  turn: Turn,
): StaleVersion | null => unmet(command, { cartId: command.cartId }, turn.cart(command.cartId));

/** What was done is answered again, whatever has become of the version since. */
const isAskedAgain = ({ orderId }: About<'place' | 'checkout'>, turn: Turn): boolean => turn.order(orderId) !== null;

/**
 * Any number of cancels are answered the same. A cancelled order never changes again, so the version before its last is the one at which it was
 * cancelled: a cancel that asks for that one would have done just this, or did.
 */
function staleCancel(command: About<'cancel'>, turn: Turn): StaleVersion | null {
  const order = turn.order(command.orderId);
  const about = { orderId: command.orderId };
  const stale = unmet(command, about, order);
  if (order?.status !== 'cancelled') return stale;
  return unmet(command, about, { version: order.version - 1 }) === null ? null : stale;
}

/** A cart is shown with what its SKUs say, which changes without it: one that has changed since the cart did is news to whoever knows the version. */
function isShownAnew({ cartId, ifNotVersion }: About<'read_cart'>, turn: Turn): boolean {
  if (ifNotVersion === '*') return false;
  const cart = turn.cart(cartId);
  return cart?.lines.some(({ skuId }) => turn.namedSku(skuId).updatedAt >= cart.updatedAt) ?? false;
}
