/** Runs one history on a shop and judges it: each burst at once, then, while nothing is under way, what the shop says of itself. */
import { setImmediate as turn } from 'node:timers/promises';
import type { LineRequest } from '../orders/order.ts';
import { AdapterFault, type PlaceSaid, type ShopAdapter } from './adapter.ts';
import { type History, PRODUCTS } from './history.ts';
import { type Burst, judge, type Law, type Seen } from './laws.ts';
import { type Answered, type Call, opened, type World } from './model.ts';

/** A call, what came of it, and what was thrown if it threw. */
export interface Told extends Answered {
  readonly error: unknown;
}

/** A history that broke a law with its last burst. `seen` is null when the shop was not looked at any more. */
export interface Broken {
  readonly law: Law;
  readonly stock: History['stock'];
  readonly bursts: readonly (readonly Told[])[];
  readonly seen: Seen | null;
  readonly expected: readonly World[];
}

export interface Ran {
  readonly broken: Broken | null;
  readonly bursts: readonly (readonly Told[])[];
}

/** What a restart cut off is waited for this long when the shop serves again, milliseconds. */
const CUT_OFF_MS = 500;
/** A shop is a process, or several: they need a while to start. */
const RESTART_LIMIT_MS = 30_000;
const UNANSWERED = Symbol('unanswered');

/** Runs `history` with ids that end in `run`, which no other run has. Rejects with `AdapterFault` when the adapter does not work. */
export async function runHistory(
  adapter: ShopAdapter,
  history: History,
  run: string,
  callLimitMs: number,
): Promise<Ran> {
  const shop = new NamedShop(adapter, run, callLimitMs);
  await shop.open(history.stock);
  const bursts: Told[][] = [];
  let worlds: readonly World[] = [opened(history.stock)];
  let unseen: Burst[] = [];
  for (const [i, calls] of history.bursts.entries()) {
    const told = await shop.ask(calls);
    bursts.push(told);
    const { stock } = history;
    if (told.some(({ error }) => error === UNANSWERED)) {
      return { bursts, broken: { law: 'every_call_answered', stock, bursts, seen: null, expected: [] } };
    }
    unseen.push(told);
    // A shop that is looked at has time to write what it has answered.
    if (history.bursts[i + 1]?.[0]?.kind === 'restart') continue;
    const seen = await shop.look(stock);
    const verdict = judge(worlds, unseen, seen, PRODUCTS);
    if (verdict.kind === 'broken') {
      return { bursts, broken: { law: verdict.law, stock, bursts, seen, expected: verdict.expected } };
    }
    ({ worlds } = verdict);
    unseen = [];
  }
  return { bursts, broken: null };
}

/** Calls the adapter by the names that are printed. */
class NamedShop {
  readonly #adapter: ShopAdapter;
  readonly #run: string;
  readonly #callLimitMs: number;
  /** Ids that the shop gave to orders, by name. */
  readonly #ids = new Map<string, string>();

  constructor(adapter: ShopAdapter, run: string, callLimitMs: number) {
    this.#adapter = adapter;
    this.#run = run;
    this.#callLimitMs = callLimitMs;
  }

  async open(stock: History['stock']): Promise<void> {
    const skus = Object.entries(stock).map(([name, units]) => ({
      skuId: this.#id(name),
      productId: this.#id(Object.keys(PRODUCTS).find((product) => PRODUCTS[product]?.includes(name)) ?? 'p'),
      stock: units,
    }));
    await this.#must('open', this.#callLimitMs, async () => this.#adapter.open({ skus }));
  }

  /** Makes calls at the same time; resolves when all are over. */
  async ask(calls: readonly Call[]): Promise<Told[]> {
    const restarted = calls.some(({ kind }) => kind === 'restart') ? Promise.withResolvers<void>() : null;
    const told = calls.map((call) =>
      call.kind === 'restart'
        ? this.#restart(calls.length === 1 ? 0 : call.turns).finally(() => restarted?.resolve())
        : this.#answer(call, restarted?.promise ?? null),
    );
    return Promise.all(told);
  }

  async look(stock: History['stock']): Promise<Seen> {
    const { sales, productSales } = this.#adapter;
    const products = Object.keys(PRODUCTS).filter((name) => PRODUCTS[name]?.some((sku) => sku in stock));
    return {
      stock: await this.#each('stock', Object.keys(stock), (id) => this.#adapter.stock(id)),
      sales:
        sales === undefined ? {} : await this.#each('sales', Object.keys(stock), (id) => this.#adapter.sales?.(id)),
      productSales:
        productSales === undefined
          ? {}
          : await this.#each('productSales', products, (id) => this.#adapter.productSales?.(id)),
    };
  }

  #id(name: string): string {
    return `${name}-${this.#run}`;
  }

  /** Alone, it comes right behind the answers before it. */
  async #restart(turns: number): Promise<Told> {
    for (let i = 0; i < turns; i++) await turn();
    await this.#must('restart', RESTART_LIMIT_MS, async () => this.#adapter.restart?.());
    return { call: { kind: 'restart', turns }, answer: 'done', error: null };
  }

  /** `restarted` resolves when the shop serves again, if it is killed meanwhile. */
  async #answer(call: Exclude<Call, { kind: 'restart' }>, restarted: Promise<void> | null): Promise<Told> {
    try {
      const answered = this.#call(call);
      const answer =
        restarted === null
          ? await within(this.#callLimitMs, answered)
          : await Promise.race([answered, restarted.then(() => within(CUT_OFF_MS, answered))]);
      if (answer !== UNANSWERED) return { call, answer, error: null };
      return { call, answer: 'unknown', error: restarted === null ? UNANSWERED : new Error('cut off by the restart') };
    } catch (error) {
      if (error instanceof AdapterFault) throw error;
      return { call, answer: 'unknown', error };
    }
  }

  async #call(call: Exclude<Call, { kind: 'restart' }>): Promise<'done' | 'refused'> {
    const orderId = this.#ids.get(call.order) ?? this.#id(call.order);
    if (call.kind === 'place') {
      return this.#placed(
        call.order,
        await this.#adapter.place({ orderId: this.#id(call.order), lines: this.#lines(call.lines) }),
      );
    }
    const said =
      call.kind === 'return'
        ? await this.#adapter.return?.(orderId, this.#lines(call.lines))
        : await this.#adapter[call.kind]?.(orderId);
    if (said === undefined && (call.kind === 'cancel' || call.kind === 'expire')) return 'done';
    if (said === 'done' || said === 'refused') return said;
    throw new AdapterFault(`${call.kind} of the adapter answered ${String(said)}: it must answer 'done' or 'refused'`);
  }

  #placed(name: string, said: PlaceSaid): 'done' | 'refused' {
    if (said === 'refused') return 'refused';
    if (said === 'placed') return 'done';
    if (typeof said !== 'object' || typeof said?.orderId !== 'string') {
      throw new AdapterFault(
        `place of the adapter answered ${String(said)}: it must answer 'placed', 'refused' or { orderId }`,
      );
    }
    this.#ids.set(name, said.orderId);
    return 'done';
  }

  #lines(lines: readonly LineRequest[]): LineRequest[] {
    return lines.map(({ skuId, quantity }) => ({ skuId: this.#id(skuId), quantity }));
  }

  async #each(what: string, names: readonly string[], read: (id: string) => unknown): Promise<Record<string, number>> {
    const pairs = names.map(async (name) => {
      const units = await this.#must(what, this.#callLimitMs, async () => read(this.#id(name)));
      if (typeof units === 'number' && Number.isInteger(units)) return [name, units] as const;
      throw new AdapterFault(
        `${what} of the adapter answered ${String(units)}: it must answer a whole number of units`,
      );
    });
    return Object.fromEntries(await Promise.all(pairs));
  }

  /** Of calls that are not under test. */
  async #must<T>(what: string, limitMs: number, call: () => Promise<T>): Promise<T> {
    let answer: T | typeof UNANSWERED;
    try {
      answer = await within(limitMs, call());
    } catch (error) {
      if (error instanceof AdapterFault) throw error;
      throw new AdapterFault(
        `${what} of the adapter failed: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
    if (answer === UNANSWERED) throw new AdapterFault(`${what} of the adapter did not answer within ${limitMs} ms`);
    return answer;
  }
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T | typeof UNANSWERED> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof UNANSWERED>((resolve) => {
    timer = setTimeout(resolve, ms, UNANSWERED);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
