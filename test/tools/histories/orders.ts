/** Orders as they were answered, against their rows and against what the ledgers say was done for them. */
import { isDeepStrictEqual } from 'node:util';
import { type OrderBody, orderBody } from '../../../src/api/orders/body.ts';
import { asPlaced, type Order, type OrderLine } from '../../../src/shop/orders/order.ts';
import type { Movement } from '../../../src/shop/skus/sku.ts';
import type { Violations } from './violations.ts';

/** Where an order is in its life: it never goes back. */
export const PHASES: Readonly<Record<Order['status'], number>> = { pending: 0, confirmed: 1, shipped: 2, cancelled: 2 };

/** What the ledger did for a line must be what stands in it: reserved once, given back or shipped once, all lines or none. */
export function checkOrderLedger(order: Order, movements: readonly Movement[], violations: Violations): void {
  const fault = (text: string) => violations.add('order', () => `order ${order.id} (${order.status}), ${text}`);
  const bySku = Map.groupBy(movements, (movement) => movement.skuId);
  if (order.lines.length === 0) fault('no lines');
  for (const { skuId, ordered, quantity, returned } of order.lines) {
    const done = totals(bySku.get(skuId) ?? []);
    const due = {
      reservations: 1,
      reserved: ordered,
      released: order.status === 'cancelled' ? ordered : ordered - quantity,
      shipped: order.status === 'shipped' ? quantity : 0,
      returned,
    };
    if (!isSame(done, due)) fault(`SKU ${skuId}: its line says ${words(due)}; the ledger says ${words(done)}`);
    bySku.delete(skuId);
  }
  for (const [skuId, others] of bySku) {
    fault(`SKU ${skuId}: no line, and the ledger says ${words(totals(others))}`);
  }
}

type Totals = Readonly<Record<'reservations' | 'reserved' | 'released' | 'shipped' | 'returned', number>>;

function totals(movements: readonly Movement[]): Totals {
  const sum = { reservations: 0, reserved: 0, released: 0, shipped: 0, returned: 0 };
  for (const { kind, quantity } of movements) {
    if (kind === 'reserved') sum.reservations++;
    if (kind === 'reserved' || kind === 'released' || kind === 'shipped' || kind === 'returned') sum[kind] += quantity;
  }
  return sum;
}

const isSame = (a: Totals, b: Totals): boolean =>
  a.reservations === b.reservations &&
  a.reserved === b.reserved &&
  a.released === b.released &&
  a.shipped === b.shipped &&
  a.returned === b.returned;

const words = (sum: Totals): string =>
  `${sum.reserved} reserved in ${sum.reservations}, ${sum.released} released, ${sum.shipped} shipped, ${sum.returned} returned`;

/** An answer that showed an order. */
export interface OrderSight {
  readonly body: OrderBody;
  readonly text: string;
  readonly told: () => string;
}

/** Every answer that showed the order against its row, against the others, and against the ledger: it must have been so at some moment, in the order of its versions. */
export function checkOrderAnswers(
  order: Order,
  movements: readonly Movement[],
  sights: readonly OrderSight[],
  violations: Violations,
): void {
  const fault = (told: () => string, text: string) =>
    violations.add('answer', () => `order ${order.id}: ${told()} ${text}`);
  const last = orderBody(order);
  const first = orderBody(asPlaced(order));
  const bySku = Map.groupBy(movements, (movement) => movement.skuId);
  const seen = new Map<string, number>();
  let before: OrderSight | null = null;
  for (const sight of sights.toSorted((a, b) => a.body.version - b.body.version)) {
    const { body, text, told } = sight;
    if (before?.body.version === body.version) {
      if (before.text !== text)
        fault(told, `shows version ${body.version} as ${text}, and ${before.told()} as ${before.text}`);
      continue;
    }
    if (body.version > order.version) fault(told, `shows version ${body.version}, its row is at ${order.version}`);
    else if (body.version === order.version) {
      if (!isDeepStrictEqual(body, last)) fault(told, `shows ${text}, its row says ${JSON.stringify(last)}`);
    } else if (body.version === 1 && !isDeepStrictEqual(body, first)) {
      fault(told, `shows ${text}, it was placed as ${JSON.stringify(first)}`);
    }
    const odd = differing(body, last, ['id', 'payment', 'customerId', 'freight', 'currency', 'createdAt']);
    if (odd !== null)
      fault(told, `shows ${odd} ${JSON.stringify(body[odd])}, its row says ${JSON.stringify(last[odd])}`);
    if (before !== null && PHASES[before.body.status] > PHASES[body.status]) {
      fault(
        told,
        `is ${body.status} at version ${body.version}, and was ${before.body.status} at ${before.body.version}`,
      );
    }
    if (last.cancelReason === 'expired' && (body.status === 'confirmed' || body.status === 'shipped')) {
      fault(told, `is ${body.status} at version ${body.version}, and has expired`);
    }
    const units = body.lines.reduce((sum, line) => sum + line.quantity, 0);
    const amount = body.lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, body.freight);
    if (units !== body.totalCount || amount !== body.totalAmount)
      fault(told, `adds up to ${units} units, ${amount}: ${text}`);
    for (const stored of order.lines) {
      const { skuId, unitPrice } = stored;
      const line = body.lines.find((one) => one.skuId === skuId) ?? { quantity: 0, unitPrice, returned: 0 };
      const moment = momentOf(body.status, line, stored, bySku.get(skuId) ?? [], seen.get(skuId) ?? 0);
      if (moment === null || line.unitPrice !== unitPrice) {
        fault(
          told,
          `shows version ${body.version} ${body.status} with ${line.quantity} of SKU ${skuId} at ${line.unitPrice}, ${line.returned} returned; it never was so then`,
        );
      } else seen.set(skuId, moment);
    }
    before = sight;
  }
}

/** After how many of its movements, `from` or more, a line was as shown; null if never. */
function momentOf(
  status: Order['status'],
  shown: { readonly quantity: number; readonly returned: number },
  { ordered, quantity: standing }: OrderLine,
  movements: readonly Movement[],
  from: number,
): number | null {
  let quantity = ordered;
  let returned = 0;
  let shipped = false;
  let released = false;
  for (const [i, movement] of movements.entries()) {
    const isLast = i === movements.length - 1;
    if (movement.kind === 'shipped') shipped = true;
    if (movement.kind === 'returned') returned += movement.quantity;
    if (movement.kind === 'released') {
      // Reductions take the line down to what it stands at; a cancel releases what stands and leaves the line as it is.
      if (quantity - movement.quantity >= standing) quantity -= movement.quantity;
      else released = true;
    }
    const isOver =
      quantity === 0 || (status === 'cancelled' ? released : status === 'shipped' ? shipped : !shipped && !released);
    if (i + 1 < from || !isOver) continue;
    if (quantity === shown.quantity && returned === shown.returned) return i + 1;
    if (isLast) return null;
  }
  return null;
}

function differing<K extends keyof OrderBody>(a: OrderBody, b: OrderBody, fields: readonly K[]): K | null {
  return fields.find((field) => a[field] !== b[field]) ?? null;
}
