/**
 * The reference model of a shop over a run: what the shop may be, given all its answers and all that was seen of it.
 */
import { Asked, PRODUCTS } from './history.ts';
import { type Burst, judge, type Law, type Products, type Seen } from './laws.ts';
import { opened, stockIn, type Told, type World } from './model.ts';

/** A law that was broken by the last of the bursts. `seen` is null when the shop was not looked at again. */
export interface Broken {
  readonly law: Law;
  /** The opening stock of the shop, units by name of SKU. */
  readonly stock: Readonly<Record<string, number>>;
  readonly bursts: readonly (readonly Told[])[];
  readonly seen: Seen | null;
  /** What the shop may have been instead. Empty if its answers alone are wrong. */
  readonly expected: readonly World[];
}

/**
 * The states of a model: possible (one or more worlds explain the shop) → broken (none does). `told` and `saw` change
 * it.
 */
export class ShopModel {
  /** What commands have asked for. */
  readonly asked = new Asked();
  readonly #stock: Readonly<Record<string, number>>;
  readonly #products: Products;
  readonly #bursts: (readonly Told[])[] = [];
  #worlds: readonly World[];
  /** Bursts told since the shop was last seen. */
  #unseen: Burst[] = [];

  /**
   * A shop with units by name of SKU and without orders. `products` has the SKUs by name of product, if their sales are
   * to be judged.
   */
  constructor(stock: Readonly<Record<string, number>>, products: Products = PRODUCTS) {
    this.#stock = stock;
    this.#products = products;
    this.#worlds = [opened(stock)];
  }

  /** All bursts that were told, in order. */
  get bursts(): readonly (readonly Told[])[] {
    return this.#bursts;
  }

  /** The names of the SKUs that it opened with. */
  get skus(): string[] {
    return Object.keys(this.#stock);
  }

  /** Takes in calls that were made at the same time, each with its answer. All calls told before were over by then. */
  told(burst: readonly Told[]): void {
    this.#bursts.push(burst);
    this.#unseen.push(burst);
  }

  /**
   * Takes in what the shop said about itself while no call was under way. Returns the law that is broken, or null if
   * everything can be explained.
   */
  saw(seen: Seen): Broken | null {
    const verdict = judge(this.#worlds, this.#unseen, seen, this.#products);
    if (verdict.kind === 'broken') return this.#broken(verdict.law, seen, verdict.expected);
    this.#worlds = verdict.worlds;
    this.#unseen = [];
    return null;
  }

  /**
   * Units of a SKU that the shop may have on sale, as it was last seen: one number, or several while the answer to a
   * call is unknown.
   */
  stock(sku: string): number[] {
    return [...new Set(this.#worlds.map((world) => stockIn(world, sku)))].sort((a, b) => a - b);
  }

  /** A call of the last burst was not answered. */
  unanswered(): Broken {
    return this.#broken('every_call_answered', null, []);
  }

  #broken(law: Law, seen: Seen | null, expected: readonly World[]): Broken {
    return { law, stock: this.#stock, bursts: [...this.#bursts], seen, expected };
  }
}
