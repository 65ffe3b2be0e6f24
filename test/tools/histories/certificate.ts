/**
 * A certificate that a whole history, of any length, is what one shop that does one thing after another would have answered. The database
 * names the order of events (the versions of each SKU), so nothing is searched: the ledgers are replayed, every answer is held against the
 * record of the version it names, every movement against who asked for it, and the order of versions against the clients' clock. O(n log n).
 * `wing-gong.ts` does without the database's word, for short histories.
 */
import type { Order } from '../../../src/shop/orders/order.ts';
import type { Query } from '../../support/laws.ts';
import { type Act, actOf, told } from './act.ts';
import { takeDown } from './answers.ts';
import type { Deed } from './deed.ts';
import { Deeds } from './deeds.ts';
import type { History } from './history.ts';
import { Notes } from './notes.ts';
import { checkOneOrder, type Moment } from './one-order.ts';
import { OrderAnswers } from './order-answers.ts';
import { checkOrderAnswers, checkOrderLedger } from './orders.ts';
import { RealTime } from './real-time.ts';
import { checkRepeats } from './repeats.ts';
import { type Rows, readRows } from './rows.ts';
import { SkuAnswers } from './sku-answers.ts';
import { skuRecords } from './sku-record.ts';
import { Violations } from './violations.ts';

export interface Certificate {
  /** In words, the first ones of each rule; none when the history holds. */
  readonly violations: string[];
  readonly operations: number;
  /** Answered 2xx or 304. */
  readonly acknowledged: number;
  readonly unknown: number;
  /** In the database. */
  readonly skus: number;
  readonly orders: number;
}

export interface CertifyOptions {
  /** SKUs that someone else writes too, who is not in the history: their movements need not have been asked for. */
  readonly foreignSkus?: Iterable<string>;
}

/**
 * Certifies a history against the database, in which nothing but this history (and foreign writers) may have written, and nothing may be
 * writing now: stop the service, or let it become quiet, so that what was never answered has happened or never will. Rejects when the database does.
 */
export async function certify(
  history: Pick<History, 'operations'>,
  query: Query,
  options: CertifyOptions = {},
): Promise<Certificate> {
  return certifyRows(history, await readRows(query), options);
}

/** The same of rows that were read in another way. */
export function certifyRows(
  history: Pick<History, 'operations'>,
  rows: Rows,
  options: CertifyOptions = {},
): Certificate {
  const violations = new Violations();
  const realTime = new RealTime();
  const acts = history.operations.map(actOf);
  const skus = skuRecords(rows.skus, rows.movements);
  const orders = new Map(rows.orders.map((order) => [order.id, order]));
  const byOrder = new Map<string, Rows['movements'][number][]>();
  for (const record of skus.values()) {
    record.checkLedger(violations);
    for (const movement of record.movements) {
      if (movement.orderId === null) continue;
      const found = byOrder.get(movement.orderId);
      if (found === undefined) byOrder.set(movement.orderId, [movement]);
      else found.push(movement);
    }
  }
  const foreign = new Set(options.foreignSkus ?? []);
  const deeds = new Deeds(acts, { skus, orders, byOrder, foreign }, violations).all();
  const notes = new Notes(realTime, violations);
  const books = { notes, skus: new SkuAnswers(skus, notes), orders: new OrderAnswers(orders, notes) };
  for (const act of acts) takeDown(act, books);
  for (const record of skus.values()) record.checkNeverOversold(violations);
  checkOrders(orders, byOrder, books.orders.sights, violations);
  checkRepeats(acts, violations);
  for (const deed of deeds) seeMade(deed, realTime);
  realTime.check(violations);
  checkOneOrder([...momentsOf(deeds), ...notes.moments], violations);
  const count = (fate: Act['fate']) => acts.filter((act) => act.fate === fate).length;
  return {
    violations: violations.told,
    operations: acts.length,
    acknowledged: count('done'),
    unknown: count('unknown'),
    skus: rows.skus.length,
    orders: rows.orders.length,
  };
}

function checkOrders(
  orders: ReadonlyMap<string, Order>,
  byOrder: ReadonlyMap<string, Rows['movements']>,
  sights: OrderAnswers['sights'],
  violations: Violations,
): void {
  for (const [id, order] of orders) {
    const movements = byOrder.get(id) ?? [];
    checkOrderLedger(order, movements, violations);
    checkOrderAnswers(order, movements, sights.get(id) ?? [], violations);
  }
  for (const [id, movements] of byOrder) {
    if (orders.has(id)) continue;
    violations.add(
      'order',
      () => `order ${id}: ${movements.length} movements and no order, the first of SKU ${movements[0]?.skuId}`,
    );
  }
}

/** What a deed made, for the real-time order. */
function seeMade(deed: Deed, realTime: RealTime): void {
  const { invoked, completed } = deed;
  for (const { skuId, version } of deed.movements) {
    realTime.see(`SKU ${skuId}`, { version, invoked, completed, made: true, told: () => tell(deed) });
  }
}

/** Deeds over several SKUs, each one turn. */
function momentsOf(deeds: Iterable<Deed>): Moment[] {
  const moments: Moment[] = [];
  for (const deed of deeds) {
    // Which units a return brought back that was never answered is a guess.
    const isGuess = deed.completed === Number.POSITIVE_INFINITY && deed.movements[0]?.kind === 'returned';
    if (deed.movements.length < 2 || isGuess) continue;
    moments.push({ versions: deed.movements, made: true, told: () => tell(deed) });
  }
  return moments;
}

function tell({ acts, movements }: Deed): string {
  const [first] = acts;
  return first === undefined ? `${movements[0]?.kind} of order ${movements[0]?.orderId} by the clock` : told(first);
}
