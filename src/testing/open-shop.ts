/**
 * A shop that was opened for one run. It calls its adapter by the printed names, and says clearly when the adapter is
 * at fault.
 */
import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { LineRequest } from '../shop/orders/order.ts';
import { AdapterFault, type Said, type ShopAdapter } from './adapter.ts';
import { PRODUCTS } from './history.ts';
import type { Seen } from './laws.ts';
import type { Call, Told } from './model.ts';

/** How long the kit waits for a shop. */
export interface Patience {
  /** For one call, milliseconds. */
  readonly callLimitMs: number;
  /** The end of the time for everything, as `performance.now()`. */
  readonly endsAt: number;
}

/** The time for everything is up. Calls under way say nothing. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/** How long the kit waits, once the shop serves again, for the calls that a restart cut off, milliseconds. */
const CUT_OFF_MS = 500;
/** A shop is one or several processes. They need a while to start or to be emptied. */
const RESTART_LIMIT_MS = 30_000;
export const UNANSWERED = Symbol('unanswered');

const MUST_HAVE = ['open', 'place', 'cancel', 'stock'] as const;

type ShopCall = Exclude<Call, { kind: 'restart' }>;

/** The shop of one run, by the printed names: `a`, `o1`. */
export class OpenShop {
  /** The adapter that it was opened with. */
  readonly adapter: ShopAdapter;
  /** Different for each run. */
  readonly #run: string;
  readonly #patience: Patience;
  /** The ids that the shop gave, by name. */
  readonly #skuIds = new Map<string, string>();
  readonly #orderIds = new Map<string, string>();

  /** Throws `AdapterFault` when a function is missing. */
  constructor(adapter: ShopAdapter, patience: Patience) {
    for (const name of MUST_HAVE) {
      if (typeof adapter[name] !== 'function') throw new AdapterFault(`the adapter has no function ${name}`);
    }
    this.adapter = adapter;
    this.#run = randomUUID().slice(0, 13);
    this.#patience = patience;
  }

  /** Rejects with `AdapterFault` when the adapter does not work, as the other methods do. */
  async open(stock: Readonly<Record<string, number>>): Promise<void> {
    const names = Object.keys(stock);
    const skus = names.map((name) => ({
      skuId: this.#id(name),
      productId: this.#productId(name),
      stock: stock[name] ?? 0,
    }));
    const opened: unknown = await this.#must('open', RESTART_LIMIT_MS, async () => this.adapter.open({ skus }));
    if (opened === undefined || opened === null) return;
    for (const name of names) {
      const id: unknown = typeof opened === 'object' ? Reflect.get(opened, this.#id(name)) : null;
      if (typeof id !== 'string') {
        throw wrongAnswer('open', opened, 'nothing, or an object with the id that the shop gave to each skuId');
      }
      this.#skuIds.set(name, id);
    }
  }

  /** Makes calls at the same time. Resolves when all are over. */
  async ask(calls: readonly Call[]): Promise<Told[]> {
    const restarted = calls.some(({ kind }) => kind === 'restart') ? Promise.withResolvers<void>() : null;
    const told = calls.map((call) =>
      call.kind === 'restart'
        ? this.#restart(calls.length === 1 ? 0 : call.turns).finally(() => restarted?.resolve())
        : this.#answer(call, restarted?.promise ?? null),
    );
    return Promise.all(told);
  }

  /** What the shop says about itself. `skus` are names. */
  async look(skus: readonly string[]): Promise<Seen> {
    const { adapter } = this;
    const products = Object.keys(PRODUCTS).filter((name) => PRODUCTS[name]?.some((sku) => skus.includes(sku)));
    const bySku = (what: 'stock' | 'sales') => this.#each(what, skus, (name) => adapter[what]?.(this.skuId(name)));
    const byProduct = () => this.#each('productSales', products, (name) => adapter.productSales?.(this.#id(name)));
    return {
      stock: await bySku('stock'),
      sales: adapter.sales === undefined ? {} : await bySku('sales'),
      productSales: adapter.productSales === undefined ? {} : await byProduct(),
    };
  }

  /** The id under which the shop knows a SKU, e.g. of `a`. */
  skuId(name: string): string {
    return this.#skuIds.get(name) ?? this.#id(name);
  }

  /** The id under which the shop knows an order, e.g. of `o1`. */
  orderId(name: string): string {
    return this.#orderIds.get(name) ?? this.#id(name);
  }

  #productId(sku: string): string {
    return this.#id(Object.keys(PRODUCTS).find((product) => PRODUCTS[product]?.includes(sku)) ?? `p-${sku}`);
  }

  #id(name: string): string {
    return `${name}-${this.#run}`;
  }

  /** A restart alone in its burst comes directly after the answers before it. */
  async #restart(turns: number): Promise<Told> {
    for (let i = 0; i < turns; i++) await turn();
    await this.#must('restart', RESTART_LIMIT_MS, async () => this.adapter.restart?.());
    return { call: { kind: 'restart', turns }, answer: 'done', error: null };
  }

  /** `restarted` resolves when the shop serves again, if the burst kills it. */
  async #answer(call: ShopCall, restarted: Promise<void> | null): Promise<Told> {
    try {
      const answered = this.#call(call);
      const answer =
        restarted === null
          ? await this.#within(this.#patience.callLimitMs, answered)
          : await Promise.race([answered, restarted.then(() => within(CUT_OFF_MS, answered))]);
      if (answer !== UNANSWERED) return { call, answer, error: null };
      return { call, answer: 'unknown', error: restarted === null ? UNANSWERED : new Error('cut off by the restart') };
    } catch (error) {
      if (error instanceof AdapterFault || error instanceof OutOfTime) throw error;
      const isRefusal = this.adapter.isRefusal?.(error) === true;
      return isRefusal ? { call, answer: 'refused', error: null } : { call, answer: 'unknown', error };
    }
  }

  async #call(call: ShopCall): Promise<Said> {
    if (call.kind === 'place') return this.#place(call.order, call.lines);
    const orderId = this.orderId(call.order);
    const said: unknown =
      call.kind === 'return'
        ? await this.adapter.return?.(orderId, this.#lines(call.lines))
        : await this.adapter[call.kind]?.(orderId);
    if (said === undefined && (call.kind === 'cancel' || call.kind === 'expire')) return 'done';
    if (said === 'done' || said === 'refused') return said;
    throw wrongAnswer(call.kind, said, `'done' or 'refused'`);
  }

  async #place(order: string, lines: readonly LineRequest[]): Promise<Said> {
    const said: unknown = await this.adapter.place({ orderId: this.#id(order), lines: this.#lines(lines) });
    if (said === 'refused') return 'refused';
    if (said === 'placed') return 'done';
    const orderId: unknown = typeof said === 'object' && said !== null ? Reflect.get(said, 'orderId') : null;
    if (typeof orderId !== 'string') throw wrongAnswer('place', said, `'placed', 'refused' or { orderId: '…' }`);
    this.#orderIds.set(order, orderId);
    return 'done';
  }

  #lines(lines: readonly LineRequest[]): LineRequest[] {
    return lines.map(({ skuId, quantity }) => ({ skuId: this.skuId(skuId), quantity }));
  }

  async #each(
    what: string,
    names: readonly string[],
    read: (name: string) => unknown,
  ): Promise<Record<string, number>> {
    const pairs = names.map(async (name) => {
      const units = await this.#must(what, this.#patience.callLimitMs, async () => read(name));
      if (typeof units === 'number' && Number.isInteger(units)) return [name, units] as const;
      throw wrongAnswer(what, units, 'a whole number of units');
    });
    return Object.fromEntries(await Promise.all(pairs));
  }

  /** For calls that are not under test. */
  async #must<T>(what: string, limitMs: number, call: () => Promise<T>): Promise<T> {
    let answer: T | typeof UNANSWERED;
    try {
      answer = await this.#within(limitMs, call());
    } catch (error) {
      if (error instanceof AdapterFault || error instanceof OutOfTime) throw error;
      const text = error instanceof Error ? error.message : String(error);
      throw new AdapterFault(`${what} of the adapter failed: ${text}`, { cause: error });
    }
    if (answer === UNANSWERED) throw new AdapterFault(`${what} of the adapter did not answer within ${limitMs} ms`);
    return answer;
  }

  /** Rejects with `OutOfTime` when the time for everything is up first. */
  async #within<T>(limitMs: number, promise: Promise<T>): Promise<T | typeof UNANSWERED> {
    const leftMs = Math.max(0, this.#patience.endsAt - performance.now());
    const answer = await within(Math.min(limitMs, leftMs), promise);
    if (answer === UNANSWERED && leftMs < limitMs) throw new OutOfTime();
    return answer;
  }
}

function wrongAnswer(what: string, said: unknown, right: string): AdapterFault {
  const text = inspect(said, { depth: 1, breakLength: Number.POSITIVE_INFINITY }).slice(0, 200);
  return new AdapterFault(`${what} of the adapter answered ${text}: it must answer ${right}`);
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T | typeof UNANSWERED> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof UNANSWERED>((resolve) => {
    timer = setTimeout(resolve, ms, UNANSWERED);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
