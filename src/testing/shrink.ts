/**
 * Makes simpler histories of one that broke a law: first with fewer calls, then with fewer calls at once, then with
 * fewer units. Each step is simpler than the one before, so shrinking ends.
 */
import type { LineRequest } from '../shop/orders/order.ts';
import type { History } from './history.ts';
import type { Call } from './model.ts';

type Bursts = History['bursts'];

/** Histories that are one step simpler, the boldest step first. */
export function* simpler(history: History): Generator<History> {
  const named = tidy(history.stock, history.bursts);
  if (Object.keys(named.stock)[0] !== Object.keys(history.stock)[0]) yield named;
  yield* fewerOrders(history);
  yield* fewerBursts(history);
  yield* smallerBursts(history);
  yield* fewerLines(history);
  yield* fewerUnits(history);
}

/** Keeps only the orders of the last burst, or drops one order. */
function* fewerOrders({ stock, bursts }: History): Generator<History> {
  const orders = ordersOf(bursts);
  const last = ordersOf(bursts.slice(-1));
  const without = (leaves: (order: string) => boolean) =>
    bursts
      .map((burst) => burst.filter((call) => call.kind === 'restart' || !leaves(call.order)))
      .filter((burst) => burst.length > 0);
  if (last.length < orders.length)
    yield tidy(
      stock,
      without((order) => !last.includes(order)),
    );
  for (const order of orders)
    if (orders.length > 1)
      yield tidy(
        stock,
        without((one) => one === order),
      );
}

function* fewerBursts({ stock, bursts }: History): Generator<History> {
  for (let size = Math.ceil(bursts.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let i = 0; i + size <= bursts.length; i++) yield tidy(stock, bursts.toSpliced(i, size));
  }
}

/** Drops a call, or makes it before the others. */
function* smallerBursts({ stock, bursts }: History): Generator<History> {
  for (const [i, burst] of bursts.entries()) {
    if (burst.length < 2) continue;
    for (const j of burst.keys()) yield tidy(stock, bursts.with(i, burst.toSpliced(j, 1)));
    for (const j of burst.keys()) {
      const [one, others] = [burst.slice(j, j + 1), burst.toSpliced(j, 1)];
      yield tidy(stock, bursts.toSpliced(i, 1, one, others));
    }
  }
}

function* fewerLines({ stock, bursts }: History): Generator<History> {
  for (const order of ordersOf(bursts)) {
    const lines = linesOf(bursts, order);
    if (lines.length < 2) continue;
    for (const { skuId } of lines) {
      yield tidy(
        stock,
        withLines(bursts, (all) => all.filter((line) => line.skuId !== skuId), order),
      );
    }
  }
}

/** Fewer units in stock, in one order, or both; or in stock and in all orders. */
function* fewerUnits({ stock, bursts }: History): Generator<History> {
  for (const [sku, units] of Object.entries(stock)) {
    const fewer = (lines: readonly LineRequest[]) => lines.map((line) => (line.skuId === sku ? oneLess(line) : line));
    const less = { ...stock, [sku]: Math.max(1, units - 1) };
    if (units > 1) yield* [tidy(less, withLines(bursts, fewer)), tidy(less, bursts)];
    for (const order of ordersOf(bursts)) {
      if (!linesOf(bursts, order).some(({ skuId, quantity }) => skuId === sku && quantity > 1)) continue;
      yield* [tidy(less, withLines(bursts, fewer, order)), tidy(stock, withLines(bursts, fewer, order))];
    }
  }
}

const oneLess = ({ skuId, quantity }: LineRequest): LineRequest => ({ skuId, quantity: Math.max(1, quantity - 1) });

function ordersOf(bursts: Bursts): string[] {
  return [...new Set(bursts.flat().flatMap((call) => (call.kind === 'restart' ? [] : [call.order])))];
}

function linesOf(bursts: Bursts, order: string): readonly LineRequest[] {
  return bursts.flat().flatMap((call) => (call.kind === 'place' && call.order === order ? [call.lines] : []))[0] ?? [];
}

/** The bursts with other lines for one order, or for all orders. */
function withLines(bursts: Bursts, change: (lines: readonly LineRequest[]) => LineRequest[], order?: string): Bursts {
  const changed = (call: Call): Call =>
    'lines' in call && (order === undefined || call.order === order) ? { ...call, lines: change(call.lines) } : call;
  return bursts.map((burst) => burst.map(changed));
}

/**
 * Drops SKUs that no order names, and renames the rest to begin with `a` and `o1`. One SKU or order is as good as
 * another.
 */
function tidy(stock: History['stock'], bursts: Bursts): History {
  const orders = new Map(ordersOf(bursts).map((order, i) => [order, `o${i + 1}`]));
  const ordered = new Set(
    bursts.flat().flatMap((call) => ('lines' in call ? call.lines.map(({ skuId }) => skuId) : [])),
  );
  const [first] = Object.keys(stock).filter((sku) => ordered.has(sku));
  const skuNamed = (sku: string) => (sku === first ? 'a' : sku);
  const named = (call: Call): Call => {
    if (call.kind === 'restart') return call;
    const order = orders.get(call.order) ?? call.order;
    if (!('lines' in call)) return { ...call, order };
    return { ...call, order, lines: call.lines.map((line) => ({ ...line, skuId: skuNamed(line.skuId) })) };
  };
  return {
    stock: Object.fromEntries(
      Object.entries(stock).flatMap(([sku, units]) => (ordered.has(sku) ? [[skuNamed(sku), units]] : [])),
    ),
    bursts: bursts.map((burst) => burst.map(named)),
  };
}
