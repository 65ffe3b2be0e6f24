/** Histories to try on a shop: what it opens with, and bursts of calls. Few SKUs, few units and few orders, so that they meet. */
import fc from 'fast-check';
import type { LineRequest } from '../orders/order.ts';
import type { ShopAdapter } from './adapter.ts';
import type { Call } from './model.ts';

/** Which calls are sent again: none; those that name an order placed before; or `place` as well, under the same order id. */
export type Retries = 'none' | 'steps' | 'all';

export interface History {
  /** Opening stock by name of SKU. */
  readonly stock: Readonly<Record<string, number>>;
  readonly bursts: readonly (readonly Call[])[];
}

export interface HistoryLimits {
  /** The most calls at once. */
  readonly clients: number;
  readonly retries: Retries;
  /** The most lines of an order; no more than there are SKUs. */
  readonly linesMax: number;
}

type Kind = Call['kind'];

/** A call on one of the orders, by its number: whatever it is, it places an order that was not placed before. */
interface Step {
  readonly order: number;
  readonly kind: Kind;
  readonly turns: number;
}

const SKUS = ['a', 'b', 'c'];
const ORDERS = 4;
const BURSTS_MAX = 12;
const UNITS_MAX = 5;
const LINE_UNITS_MAX = 3;
const TURNS_MAX = 6;

/** SKU `a` and `b` share a product. */
export const PRODUCTS: Readonly<Record<string, readonly string[]>> = { p: ['a', 'b'], q: ['c'] };

/** Histories of calls that the adapter knows. */
export function histories(adapter: ShopAdapter, limits: HistoryLimits): fc.Arbitrary<History> {
  const step = fc.record<Step>({
    order: fc.nat(ORDERS - 1),
    kind: fc.constantFrom(...kindsOf(adapter, limits.retries)),
    turns: fc.nat(TURNS_MAX),
  });
  const many = { minLength: 1, maxLength: limits.clients, size: 'max' } as const;
  const repeated = fc
    .tuple(step, fc.integer({ min: 1, max: limits.clients }))
    .map(([one, times]) => Array<Step>(times).fill(one));
  const burst = fc.oneof(
    step.map((one) => [one]),
    repeated,
    fc.array(step, many),
  );
  const quantity = fc.integer({ min: 1, max: LINE_UNITS_MAX });
  const line = fc.record({ skuId: fc.constantFrom(...SKUS), quantity });
  const lines = fc.uniqueArray(line, {
    minLength: 1,
    maxLength: limits.linesMax,
    size: 'max',
    selector: ({ skuId }) => skuId,
  });
  return fc
    .record({
      units: fc.tuple(...SKUS.map(() => fc.integer({ min: 1, max: UNITS_MAX }))),
      orders: fc.tuple(...Array.from({ length: ORDERS }, () => lines)),
      bursts: fc.array(burst, { minLength: 1, maxLength: BURSTS_MAX, size: 'max' }),
    })
    .map(({ units, orders, bursts }) => historyOf(units, orders, bursts, limits));
}

/** The first is what others are shrunk to; what stands there often is made often. */
function kindsOf(adapter: ShopAdapter, retries: Retries): Kind[] {
  const kinds: Kind[] = ['cancel', 'cancel', 'cancel'];
  for (const kind of ['confirm', 'expire', 'ship', 'return', 'restart'] as const) {
    if (adapter[kind] !== undefined) kinds.push(kind);
  }
  if (retries === 'all') kinds.push('place');
  return kinds;
}

/** Gives each step its meaning: the first on an order places it, and what the retries forbid is left out. */
function historyOf(
  units: readonly number[],
  orders: readonly (readonly LineRequest[])[],
  steps: readonly (readonly Step[])[],
  { retries }: HistoryLimits,
): History {
  /** Orders placed by the bursts before. */
  const placed = new Set<string>();
  const asked = new Set<string>();
  const isAllowed = (call: Call) => {
    if (call.kind === 'restart') return true;
    const text = `${call.kind} ${call.order}`;
    const isRepeat = asked.has(text);
    asked.add(text);
    return !isRepeat || retries === 'all' || (retries === 'steps' && call.kind !== 'place');
  };
  const bursts = steps.map((burst) => {
    const calls = burst.map((step) => callOf(step, orders, placed)).filter(isAllowed);
    for (const call of calls) if (call.kind === 'place') placed.add(call.order);
    // One crash at a time; whatever it interrupts is under way by then.
    const crash = calls.find(({ kind }) => kind === 'restart');
    return [...calls.filter(({ kind }) => kind !== 'restart'), ...(crash === undefined ? [] : [crash])];
  });
  const ordered = new Set(
    bursts.flat().flatMap((call) => ('lines' in call ? call.lines.map(({ skuId }) => skuId) : [])),
  );
  const stock = SKUS.flatMap((sku, i) => (ordered.has(sku) ? [[sku, units[i] ?? 1] as const] : []));
  return { stock: Object.fromEntries(stock), bursts: bursts.filter((calls) => calls.length > 0) };
}

function callOf(
  { kind, order, turns }: Step,
  orders: readonly (readonly LineRequest[])[],
  placed: ReadonlySet<string>,
): Call {
  if (kind === 'restart') return { kind, turns };
  const name = `o${order + 1}`;
  const lines = orders[order] ?? [];
  if (kind === 'place' || !placed.has(name)) return { kind: 'place', order: name, lines };
  if (kind !== 'return') return { kind, order: name };
  return { kind, order: name, lines: lines.map(({ skuId }) => ({ skuId, quantity: 1 })) };
}
