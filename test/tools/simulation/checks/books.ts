/**
 * The laws of the books, asked of the rows and the ledger alone (I1, I4, I5): what `test/support/laws.ts` asks of PostgreSQL, in plain code.
 * Nothing of the rules is used: the table of movements is reckoned here once more.
 */
import type { Order } from '../../../../src/shop/orders/order.ts';
import type { Movement, Sku } from '../../../../src/shop/skus/sku.ts';

export interface Books {
  readonly skuRows: ReadonlyMap<string, Sku>;
  readonly orderRows: ReadonlyMap<string, Order>;
  readonly ledger: readonly Movement[];
}

interface Done {
  reservations: number;
  reserved: number;
  released: number;
  shipped: number;
  returned: number;
}

/** The violations, each a sentence. `tainted` names what was changed by hand: `SKU id`, `order id`, `lines of id`. */
export function checkBooks(books: Books, tainted: ReadonlySet<string>): string[] {
  const found: string[] = [];
  const bySku = Map.groupBy(books.ledger, ({ skuId }) => skuId);
  for (const id of new Set([...books.skuRows.keys(), ...bySku.keys()])) {
    if (tainted.has(`SKU ${id}`)) continue;
    const sku = books.skuRows.get(id);
    if (sku === undefined) found.push(`I5: SKU ${id} has movements and no row`);
    else {
      found.push(...ledgerFaults(sku, bySku.get(id) ?? []));
      if (!tainted.has(`lines of ${id}`)) found.push(...openLineFaults(sku, books.orderRows.values()));
    }
  }
  const done = doneByLine(books.ledger);
  for (const order of books.orderRows.values())
    found.push(...orderFaults(order, done, tainted.has(`order ${order.id}`)));
  for (const [line] of done) found.push(`I1: ${line} has movements and no line`);
  return found;
}

/** Gapless, each movement following the one before it, the row as of the last. */
function ledgerFaults(sku: Sku, ledger: readonly Movement[]): string[] {
  const found: string[] = [];
  const now = { onHand: 0, reserved: 0, sales: 0 };
  for (const [i, m] of ledger.toSorted((a, b) => a.version - b.version).entries()) {
    const named = `SKU ${sku.id}, movement ${m.version} (${m.kind} ${m.quantity})`;
    if (m.version !== i + 1) found.push(`I5: ${named} stands at place ${i + 1}`);
    const q = m.quantity;
    if (m.kind === 'received' || m.kind === 'adjusted' || (m.kind === 'returned' && m.restocked === true))
      now.onHand += q;
    if (m.kind === 'shipped') now.onHand -= q;
    if (m.kind === 'reserved') now.reserved += q;
    if (m.kind === 'released' || m.kind === 'shipped') now.reserved -= q;
    if (m.kind === 'reserved') now.sales += q;
    if (m.kind === 'released' || m.kind === 'returned') now.sales -= q;
    if (m.onHand !== now.onHand || m.reserved !== now.reserved || m.sales !== now.sales) {
      found.push(`I1: ${named} says ${counters(m)}, replay says ${counters(now)}`);
    }
    if (now.onHand < 0 || now.reserved < 0 || now.sales < 0) found.push(`I1: ${named} leaves ${counters(now)}`);
    if ((m.orderId !== null) !== ['reserved', 'released', 'shipped', 'returned'].includes(m.kind)) {
      found.push(`I3: ${named} is with ${m.orderId === null ? 'no order' : `order ${m.orderId}`}`);
    }
  }
  if (sku.version !== ledger.length)
    found.push(`I5: SKU ${sku.id} is at ${sku.version} after ${ledger.length} movements`);
  if (counters(sku) !== counters(now)) {
    found.push(`I1: SKU ${sku.id} says ${counters(sku)}, its ledger says ${counters(now)}`);
  }
  return found;
}

function openLineFaults(sku: Sku, orders: Iterable<Order>): string[] {
  let reserved = 0;
  let sales = 0;
  for (const { status, lines } of orders) {
    for (const line of lines) {
      if (line.skuId !== sku.id || status === 'cancelled') continue;
      if (status !== 'shipped') reserved += line.quantity;
      sales += line.quantity - line.returned;
    }
  }
  if (reserved === sku.reserved && sales === sku.sales) return [];
  return [`I1: SKU ${sku.id} has ${counters(sku)}, its orders have ${reserved} reserved and ${sales} sold`];
}

/** Reserved once and wholly, given back or shipped once; what stands in the line is what the ledger did. Takes the order's lines out of `done`. */
function orderFaults({ id, status, lines }: Order, done: Map<string, Done>, isTainted: boolean): string[] {
  const found: string[] = [];
  if (lines.length === 0) found.push(`I4: order ${id} has no lines`);
  for (const { skuId, ordered, quantity, returned } of lines) {
    const name = lineName(id, skuId);
    const was = done.get(name) ?? { reservations: 0, reserved: 0, released: 0, shipped: 0, returned: 0 };
    done.delete(name);
    if (isTainted) continue;
    const released = status === 'cancelled' ? ordered : ordered - quantity;
    const shipped = status === 'shipped' ? quantity : 0;
    const isRight =
      was.reservations === 1 &&
      was.reserved === ordered &&
      was.released === released &&
      was.shipped === shipped &&
      was.returned === returned;
    if (isRight) continue;
    found.push(
      `I4: ${name} (${status}), ${ordered} ordered, ${quantity} standing, ${returned} returned; in the ledger ${JSON.stringify(was)}`,
    );
  }
  return found;
}

function doneByLine(ledger: readonly Movement[]): Map<string, Done> {
  const done = new Map<string, Done>();
  for (const { orderId, skuId, kind, quantity } of ledger) {
    if (orderId === null) continue;
    const name = lineName(orderId, skuId);
    const line = done.get(name) ?? { reservations: 0, reserved: 0, released: 0, shipped: 0, returned: 0 };
    done.set(name, line);
    if (kind === 'reserved') line.reservations++;
    if (kind === 'reserved' || kind === 'released' || kind === 'shipped' || kind === 'returned') line[kind] += quantity;
  }
  return done;
}

const lineName = (orderId: string, skuId: string) => `order ${orderId}, SKU ${skuId}`;

const counters = (of: { onHand: number; reserved: number; sales: number }) => `${of.onHand}/${of.reserved}/${of.sales}`;
