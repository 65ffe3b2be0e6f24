/**
 * Whether a row that was read can be worked with. The check is cheap enough for every load: a SKU is compared only with
 * the last movement of its ledger, an order only with itself. Verifying the whole database finds what this cannot.
 */

import { SKU_LIMITS, skus } from '../db/entities.ts';
import type { Column } from '../db/table.ts';
import type { Cart } from '../shop/carts/cart.ts';
import type { Order, OrderLine } from '../shop/orders/order.ts';
import type { Movement, Sku } from '../shop/skus/sku.ts';
import type { CorruptRow, Loaded } from './record.ts';

/** Where the ledger of a SKU ends. */
export type LastMovement = Pick<Movement, 'version' | 'onHand' | 'reserved' | 'sales'>;

/** PostgreSQL `integer`. */
const COUNT_MAX = 2_147_483_647;

/** The furthest time that a `Date` reaches, in milliseconds from the epoch. */
const TIME_MAX = 8_640_000_000_000_000;

/** Rows as they were read. A SKU comes with its id, its row, and where its ledger ends. */
export interface Read extends Omit<Loaded, 'skus' | 'corrupt'> {
  readonly skus: readonly { readonly id: string; readonly row: Sku | null; readonly last: LastMovement | null }[];
}

/** What was read, without the corrupt rows, which are named instead. */
export function onlySound(read: Read): Loaded {
  const corrupt: CorruptRow[] = [];
  function soundOf<Row extends { readonly id: string }>(
    kind: CorruptRow['kind'],
    rows: readonly Row[],
    faultOf: (row: Row) => string | null,
  ): Row[] {
    return rows.filter((row) => {
      const reason = faultOf(row);
      if (reason !== null) corrupt.push({ kind, id: row.id, reason });
      return reason === null;
    });
  }
  const skus = soundOf('skus', read.skus, ({ row, last }) => faultOfSku(row, last)).flatMap(({ row }) => row ?? []);
  const orders = soundOf('orders', read.orders, faultOfOrder);
  const carts = soundOf('carts', read.carts, faultOfCart);
  return { ...read, skus, orders, carts, corrupt };
}

/**
 * What is wrong with a SKU, `null` when nothing is. `row` is `null` for a ledger without a row; `last` is `null` for a
 * row without a ledger.
 */
export function faultOfSku(row: Sku | null, last: LastMovement | null): string | null {
  if (row === null) return last === null ? null : `it has a ledger of ${last.version} movements and no row`;
  const outOfRange = COUNTS.find((column) => !isInRange(column, row[column.property]))?.property;
  if (outOfRange !== undefined) return `its ${outOfRange} is ${row[outOfRange]}, out of range`;
  if (!TIMES.every(({ property }) => isTime(row[property]))) return 'its times are out of range';
  const end = last ?? EMPTY;
  const differs = LAST.some((name) => row[name] !== end[name]);
  return differs ? `its row says ${shown(row)}, its ledger ends with ${shown(end)}` : null;
}

function isInRange({ property, isNullable }: Column, value: unknown): boolean {
  if (value === null) return isNullable;
  return isCount(value) && !(value === 0 && LIMITS.includes(property));
}

/** What is wrong with an order, `null` when nothing is. */
export function faultOfOrder(order: Order): string | null {
  const { lines, status, payment, expiresAt } = order;
  if (lines.length === 0) return 'it has no lines';
  const wrong = lines.find(isWrong);
  if (wrong !== undefined) {
    return (
      `its line of SKU ${wrong.skuId} has ${wrong.ordered} ordered, ${wrong.quantity} standing, ` +
      `${wrong.returned} returned, at ${wrong.unitPrice}`
    );
  }
  if (!STATUSES.includes(status) || !PAYMENTS.includes(payment)) return `it is ${status}, paid ${payment}`;
  if ((status === 'cancelled') !== (order.cancelReason !== null)) {
    const { cancelReason } = order;
    return `it is ${status} with ${cancelReason === null ? 'no reason to be cancelled' : `the reason ${cancelReason}`}`;
  }
  if ((payment === 'online') !== (expiresAt !== null)) {
    return `it is paid ${payment} and ${expiresAt === null ? 'never expires' : 'expires'}`;
  }
  if (status === 'pending' && payment !== 'online') return `it is pending, paid ${payment}`;
  if (status !== 'cancelled' && lines.every(({ quantity }) => quantity === 0)) return `it is ${status} with no units`;
  const returned = lines.find((line) => line.returned > 0);
  if (status !== 'shipped' && returned !== undefined) return `it is ${status} with units of ${returned.skuId} returned`;
  if (!isCount(order.freight) || !isCount(order.version) || order.version === 0) {
    return `its freight is ${order.freight}, its version ${order.version}`;
  }
  const times = [order.createdAt, order.updatedAt, ...(expiresAt === null ? [] : [expiresAt])];
  return times.every(isTime) ? null : 'its times are out of range';
}

/**
 * What is wrong with a cart, `null` when nothing is. Its lines are a JSON value, and the database only requires that it
 * is a list.
 */
export function faultOfCart(cart: Cart): string | null {
  const lines: readonly unknown[] = cart.lines;
  const wrong = lines.find((line) => !isCartLine(line));
  if (wrong !== undefined) return `its lines hold ${JSON.stringify(wrong)}`;
  const skuIds = new Set(cart.lines.map(({ skuId }) => skuId));
  if (skuIds.size < cart.lines.length) return 'two of its lines are of one SKU';
  if (!isCount(cart.version) || cart.version === 0) return `its version is ${cart.version}`;
  return isTime(cart.createdAt) && isTime(cart.updatedAt) ? null : 'its times are out of range';
}

function isCartLine(line: unknown): boolean {
  if (typeof line !== 'object' || line === null) return false;
  const { skuId, quantity, selected } = line as Record<string, unknown>;
  return (
    typeof skuId === 'string' && skuId !== '' && isCount(quantity) && quantity !== 0 && typeof selected === 'boolean'
  );
}

const COUNTS = skus.columns.filter(({ isInteger }) => isInteger);
const TIMES = skus.columns.filter(({ isTime }) => isTime);
const LIMITS: readonly string[] = SKU_LIMITS;
const LAST = ['version', 'onHand', 'reserved', 'sales'] as const;
const EMPTY: LastMovement = { version: 0, onHand: 0, reserved: 0, sales: 0 };
const STATUSES: readonly string[] = ['pending', 'confirmed', 'shipped', 'cancelled'] satisfies Order['status'][];
const PAYMENTS: readonly string[] = ['online', 'cash_on_delivery'] satisfies Order['payment'][];

function isWrong({ quantity, ordered, returned, unitPrice }: OrderLine): boolean {
  const counts = [quantity, ordered, returned, unitPrice].every(isCount);
  return !counts || ordered === 0 || quantity > ordered || returned > quantity;
}

/** Also false for what is not a number, because a column may have lost its `not null`. */
function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= COUNT_MAX;
}

/** `infinity` comes as a text. */
function isTime(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= TIME_MAX;
}

function shown({ version, onHand, reserved, sales }: LastMovement): string {
  return `${onHand}/${reserved}/${sales} at version ${version} (onHand/reserved/sales)`;
}
