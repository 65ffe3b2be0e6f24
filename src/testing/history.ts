/**
 * Histories to try on a shop: its opening stock, and bursts of calls. SKUs, units and orders are few, so that calls
 * collide.
 */
import fc from 'fast-check';
import type { LineRequest } from '../shop/orders/order.ts';
import type { ShopAdapter } from './adapter.ts';
import type { Call } from './model.ts';

/**
 * Which calls are repeated: `none`; `steps` are those that name an order placed before; `all` is also `place`, under
 * the same order id.
 */
export type Retries = 'none' | 'steps' | 'all';

export interface History {
  /** Opening stock, by name of SKU. */
  readonly stock: Readonly<Record<string, number>>;
  readonly bursts: readonly (readonly Call[])[];
}

/** What the histories are made of. */
export interface HistoryOptions {
  /** The most calls at once, 1 to 6; 3 by default. With 1, nothing is concurrent. */
  readonly clients?: number;
  /**
   * Which calls are repeated, also at the same time: `none`; `steps`, the default, are those that name an order; `all`
   * is also `place`, for a shop that recognises a repeated order by its id.
   */
  readonly retries?: Retries;
  /**
   * The most lines of an order, 1 to 3; 2 by default. With 1, nothing is learnt about orders that must take all lines
   * or none.
   */
  readonly linesMax?: number;
}

/** A call without its order. The orders asked for before decide which order it gets. */
export interface Step {
  readonly kind: Call['kind'] | 'place_again';
  /** Which of the orders: 0 is the newest. The count wraps around. */
  readonly nth: number;
  /** The lines of the order that it places, if it places one. */
  readonly lines: readonly LineRequest[];
  readonly turns: number;
}

const SKUS = ['a', 'b', 'c'];
const CLIENTS = 3;
const CLIENTS_MOST = 6;
const LINES_MAX = 2;
/** Bounds that keep the world of a run small enough to be searched. */
const ORDERS_MAX = 8;
const PARTS_MAX = 8;
const UNITS_MAX = 6;
const LINE_UNITS_MAX = 3;
const TURNS_MAX = 6;

/** The SKUs `a` and `b` share a product. */
export const PRODUCTS: Readonly<Record<string, readonly string[]>> = { p: ['a', 'b'], q: ['c'] };

/** Histories of calls that the adapter has. Throws `RangeError` for options out of range. */
export function histories(adapter: ShopAdapter, options: HistoryOptions): fc.Arbitrary<History> {
  const parts = fc.oneof(
    { weight: 5, arbitrary: stepsAtOnce(adapter, options).map((steps) => [steps]) },
    { weight: 1, arbitrary: lives(adapter, options) },
  );
  return fc
    .record({
      units: fc.tuple(...SKUS.map(() => fc.integer({ min: 1, max: UNITS_MAX }))),
      parts: fc.array(parts, { minLength: 2, maxLength: PARTS_MAX, size: 'max' }),
    })
    .map(({ units, parts: bursts }) => historyOf(units, bursts.flat(), options.retries));
}

/**
 * The life of an order, one step after another. By chance alone such a life is rare. The last step may be repeated at
 * once.
 */
function lives(adapter: ShopAdapter, options: HistoryOptions): fc.Arbitrary<Step[][]> {
  const { clients = CLIENTS } = options;
  const kinds = (['confirm', 'ship', 'return', 'cancel'] as const).filter((kind) => adapter[kind] !== undefined);
  const step = (kind: Step['kind']) => fc.record<Step>({ kind: fc.constant(kind), ...partsOfStep(options) });
  return fc
    .record({
      all: fc.tuple(step('place'), ...kinds.map((kind) => step(kind).map((one) => ({ ...one, nth: 0 })))),
      length: fc.integer({ min: 2, max: kinds.length + 1 }),
      times: fc.integer({ min: 1, max: clients }),
    })
    .map(({ all, length, times }) =>
      all.slice(0, length).map((one, i) => (i < length - 1 ? [one] : Array<Step>(times).fill(one))),
    );
}

/** The steps of one burst. Throws `RangeError` for options out of range. */
export function stepsAtOnce(adapter: ShopAdapter, options: HistoryOptions): fc.Arbitrary<Step[]> {
  const { clients = CLIENTS, retries = 'steps' } = options;
  within('clients', clients, CLIENTS_MOST);
  const common = partsOfStep(options);
  const step = fc.record<Step>({ kind: fc.constantFrom(...kindsOf(adapter, retries)), ...common });
  const place = fc.record<Step>({ kind: fc.constant('place'), ...common });
  const cancel = fc.record<Step>({ kind: fc.constant('cancel'), ...common });
  const crash = fc.record<Step>({ kind: fc.constant('restart'), ...common }).map((one) => [one]);
  const several = { minLength: Math.min(2, clients), maxLength: clients, size: 'max' } as const;
  const same = fc
    .tuple(fc.oneof(cancel, cancel, step), fc.integer({ min: several.minLength, max: clients }))
    .map(([one, times]) => Array<Step>(times).fill(one));
  return fc.oneof(
    step.map((one) => [one]),
    fc.array(place, several),
    same,
    fc.array(fc.oneof(cancel, cancel, step), several),
    ...(adapter.restart === undefined ? [] : [crash]),
  );
}

function partsOfStep({ linesMax = LINES_MAX }: HistoryOptions) {
  within('linesMax', linesMax, SKUS.length);
  const quantity = fc.integer({ min: 1, max: LINE_UNITS_MAX });
  // Most lines name `a`. Otherwise orders would seldom compete for a SKU.
  const line = fc.record({ skuId: fc.constantFrom('a', ...SKUS), quantity });
  const limits = { minLength: 1, maxLength: linesMax, size: 'max' } as const;
  return {
    nth: fc.oneof(fc.constant(0), fc.nat(ORDERS_MAX - 1)),
    lines: fc.uniqueArray(line, { ...limits, selector: ({ skuId }) => skuId }),
    turns: fc.nat(TURNS_MAX),
  };
}

export function within(name: string, count: number, most: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= most) return;
  throw new RangeError(`${name} is ${count}: a whole number from 1 to ${most}`);
}

/** A kind that is listed more often is chosen more often. */
function kindsOf(adapter: ShopAdapter, retries: Retries): Step['kind'][] {
  const kinds: Step['kind'][] = ['place', 'place', 'cancel', 'cancel', 'cancel'];
  for (const kind of ['confirm', 'expire', 'ship', 'return', 'restart'] as const) {
    if (adapter[kind] !== undefined) kinds.push(kind);
  }
  if (retries === 'all') kinds.push('place_again');
  return kinds;
}

/** What was asked for so far. It decides what a step means. */
export class Asked {
  /** Lines of each order, by its name. */
  readonly #orders = new Map<string, readonly LineRequest[]>();
  readonly #calls = new Set<string>();

  /**
   * The calls of a burst; none when there is nothing left to ask. They name orders of earlier bursts and respect which
   * repeats are allowed.
   */
  calls(steps: readonly Step[], retries: Retries = 'steps'): Call[] {
    const before = [...this.#orders.keys()];
    const all = steps.flatMap((step) => this.#call(step, before) ?? []);
    const calls = all.filter((call) => this.#isNew(call) || retries !== 'none');
    // One crash at a time. The calls that it interrupts are under way by then.
    const crash = calls.find(({ kind }) => kind === 'restart');
    return [...calls.filter(({ kind }) => kind !== 'restart'), ...(crash === undefined ? [] : [crash])];
  }

  #call({ kind, nth, lines, turns }: Step, before: readonly string[]): Call | null {
    if (kind === 'restart') return { kind, turns };
    const order = before.at(-1 - (nth % before.length));
    if (kind === 'place' || order === undefined) return this.#place(lines);
    const ordered = this.#orders.get(order) ?? [];
    if (kind === 'place_again') return { kind: 'place', order, lines: ordered };
    if (kind !== 'return') return { kind, order };
    return { kind, order, lines: ordered.map(({ skuId }) => ({ skuId, quantity: 1 })) };
  }

  #place(lines: readonly LineRequest[]): Call | null {
    if (this.#orders.size === ORDERS_MAX) return null;
    const order = `o${this.#orders.size + 1}`;
    this.#orders.set(order, lines);
    return { kind: 'place', order, lines };
  }

  /** Whether it was not asked before. */
  #isNew(call: Call): boolean {
    if (call.kind === 'restart') return true;
    const text = `${call.kind} ${call.order}`;
    const isNew = !this.#calls.has(text);
    this.#calls.add(text);
    return isNew;
  }
}

function historyOf(units: readonly number[], bursts: readonly (readonly Step[])[], retries?: Retries): History {
  const asked = new Asked();
  const calls = bursts.map((steps) => asked.calls(steps, retries)).filter((burst) => burst.length > 0);
  const ordered = new Set(
    calls.flat().flatMap((call) => ('lines' in call ? call.lines.map(({ skuId }) => skuId) : [])),
  );
  const stock = SKUS.flatMap((sku, i) => (ordered.has(sku) ? [[sku, units[i] ?? 1] as const] : []));
  return { stock: Object.fromEntries(stock), bursts: calls };
}
