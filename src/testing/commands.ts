/**
 * The kit's calls as commands of fast-check, for a property of the team's own: `fc.commands(shopCommands(adapter))`.
 */
import type fc from 'fast-check';
import type { ShopAdapter } from './adapter.ts';
import { ShopBroken } from './counterexample.ts';
import { type HistoryOptions, type Retries, type Step, stepsAtOnce } from './history.ts';
import { OpenShop, UNANSWERED } from './open-shop.ts';
import { ShopModel } from './shop-model.ts';

const CALL_LIMIT_MS = 2000;
const STOCK = { a: 1, b: 2, c: 3 };

/**
 * Calls made at the same time, and a look at the shop after them. The orders asked for before decide which calls these
 * are.
 */
export class ShopCommand implements fc.AsyncCommand<ShopModel, OpenShop> {
  readonly #steps: readonly Step[];
  readonly #retries: Retries | undefined;

  /** Made by `shopCommands`. */
  constructor(steps: readonly Step[], retries?: Retries) {
    this.#steps = steps;
    this.#retries = retries;
  }

  /** The command can always run. If there is nothing left to ask, it does nothing. */
  check(): boolean {
    return true;
  }

  /** Rejects with `ShopBroken` when a law is broken, with `AdapterFault` when the adapter does not work. */
  async run(model: ShopModel, shop: OpenShop): Promise<void> {
    const calls = model.asked.calls(this.#steps, this.#retries);
    if (calls.length === 0) return;
    const told = await shop.ask(calls);
    model.told(told);
    const isHung = told.some(({ error }) => error === UNANSWERED);
    const broken = isHung ? model.unanswered() : model.saw(await shop.look(model.skus));
    if (broken !== null) throw new ShopBroken(broken);
  }

  /** The kinds of the calls made at the same time. The error says which orders they named and what came of them. */
  toString(): string {
    return `[${this.#steps.map(({ kind }) => kind).join(', ')}]`;
  }
}

/**
 * One arbitrary of commands that call the shop as `checkShop` does, for `fc.commands`. Put your own beside it. Throws
 * `RangeError` for options out of range.
 */
export function shopCommands(adapter: ShopAdapter, options: HistoryOptions = {}): fc.Arbitrary<ShopCommand>[] {
  return [stepsAtOnce(adapter, options).map((steps) => new ShopCommand(steps, options.retries))];
}

/**
 * Opens a fresh shop for one run of commands, `fc.asyncModelRun(() => openShop(adapter), commands)`. Returns the model
 * and the shop, which knows the printed names. `stock`: units of `a`, `b` and `c`, all three; 1, 2 and 3 by default.
 * `callLimitMs` is that of `checkShop`. Rejects with `AdapterFault`.
 */
export async function openShop(
  adapter: ShopAdapter,
  { stock = STOCK, callLimitMs = CALL_LIMIT_MS }: { readonly stock?: typeof STOCK; readonly callLimitMs?: number } = {},
): Promise<{ model: ShopModel; real: OpenShop }> {
  const real = new OpenShop(adapter, { callLimitMs, endsAt: Number.POSITIVE_INFINITY });
  await real.open(stock);
  return { model: new ShopModel(stock), real };
}
