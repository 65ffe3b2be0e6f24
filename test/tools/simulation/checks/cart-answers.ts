/** Answers about carts, held against the history of the cart and of the SKUs in it. */
import { isDeepStrictEqual } from 'node:util';
import type { Cart } from '../../../../src/shop/carts/cart.ts';
import type { CartShown } from '../../../../src/shop/carts/outcomes.ts';
import { available } from '../../../../src/shop/skus/sku.ts';
import type { Told } from '../history.ts';
import type { World } from '../world.ts';
import { cartAnswered, type Rows } from './rows.ts';

/** The cart as it was stored then, not older than answered before, with what its SKUs said at such a moment. */
export function cartFault(world: World, rows: Rows, told: Told, shown: CartShown): string | null {
  if (world.tainted.has(`cart ${shown.id}`)) return null;
  const { command, called, answer } = told;
  const named = `cart ${shown.id}@${shown.version}`;
  if ('cartId' in command && command.cartId !== shown.id) return 'I3: another cart was asked for';
  const written = cartAnswered(world, shown, told);
  if (written === null) return `I2: ${named} was not durable`;
  if (!isDeepStrictEqual(written.cart, stored(shown))) return `I2: ${named} is ${JSON.stringify(written.cart)}`;
  if (command.kind === 'remove_line' && shown.lines.some(({ skuId }) => skuId === command.skuId)) {
    return `I2: ${named} has ${command.skuId}`;
  }
  if (answer.replayed) return null;
  const floor = rows.cartFloor(shown.id, called);
  const at = world.database.carts.get(shown.id)?.indexOf(written) ?? -1;
  if (at < floor) return `I8: cart ${shown.id} had had ${floor} changes before it was asked, not ${at}`;
  const wrong = shown.lines.find((line) => !isOfItsSku(world, rows, told, line));
  return wrong === undefined ? null : `I2: ${named} shows ${JSON.stringify(wrong)}, as its SKU never was`;
}

/** The cart without what its SKUs said. */
export function stored(shown: CartShown): Cart {
  const lines = shown.lines.map(({ skuId, quantity, selected }) => ({ skuId, quantity, selected }));
  return { ...shown, lines };
}

function isOfItsSku(world: World, rows: Rows, { called, answered }: Told, line: CartShown['lines'][number]): boolean {
  const floor = rows.skuFloor(line.skuId, called);
  return [...(world.database.skus.get(line.skuId)?.values() ?? [])].some(
    ({ row, tick }) =>
      row.version >= floor &&
      tick <= answered &&
      row.name === line.name &&
      row.price === line.price &&
      row.currency === line.currency &&
      available(row) === line.available,
  );
}

/** Nobody had been answered with it, or it was gone by then. */
export function cartNotFoundFault(world: World, rows: Rows, told: Told, cartId: string): string | null {
  const floor = rows.cartFloor(cartId, told.called);
  const changes = world.database.carts.get(cartId) ?? [];
  const isTrue = changes.some(({ cart, tick }, i) => i >= floor && cart === null && tick <= told.answered);
  return floor < 0 || isTrue || told.answer.replayed ? null : 'I2: the cart had been answered with';
}

/** Nothing was selected, or not any more of what was when it was asked for. */
export function nothingSelectedFault(world: World, rows: Rows, told: Told, cartId: string): string | null {
  const floor = rows.cartFloor(cartId, told.called);
  const changes = (world.database.carts.get(cartId) ?? []).filter(({ tick }, i) => i >= floor && tick <= told.answered);
  const isTrue = changes.some(({ cart }) => cart?.lines.every(({ selected }) => !selected) ?? false);
  return isTrue || changes.length > 1 || told.answer.replayed ? null : 'I7: something was selected';
}
