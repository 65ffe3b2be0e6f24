/**
 * The sweeper gives back the stock of overdue orders, deletes idle carts and forgets old idempotency keys. It walks the
 * database in bounded pages, so a restart or a million pending orders make no difference, and no order has a timer of
 * its own. Whether an order is overdue or a cart idle is decided in its own turn; the sweeper only asks.
 *
 * A sweeper is resting (until its timer) → sweeping → resting. Once stopped, it stays stopped.
 */
import type { DueOrder, IdleCart, Store } from '../journal/record.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { type Observe, unobserved } from '../lib/observe.ts';
import { KEY_KEPT_MS } from '../shop/idempotency.ts';
import type { Keeper } from './keeper.ts';

export interface SweeperOptions {
  readonly keeper: Pick<Keeper, 'ask' | 'role'>;
  readonly store: Pick<Store, 'due' | 'idleCarts' | 'forgetKeys'>;
  /** How long a cart must have been unchanged, in milliseconds; 30 days by default. */
  readonly cartIdleMs?: number;
  readonly clock?: Clock;
  readonly observe?: Observe;
}

/** Rest between two sweeps. Stock must be back within a second of `expiresAt`: this rest, one read and one commit. */
const REST_MS = 200;

/** Orders read, and asked to expire, at a time. */
const PAGE = 500;

/**
 * A quarantined order, or an order with a quarantined SKU, is asked again after this long instead of in every sweep.
 */
const QUARANTINED_REST_MS = 10_000;

/** At most this many such orders are remembered. The others are asked in every sweep. */
const QUARANTINED_MAX = 10_000;

/** Old keys and idle carts are looked for this often. */
const OLD_REST_MS = 60_000;

const CART_IDLE_MS = 30 * 24 * 60 * 60 * 1000;

export class Sweeper {
  readonly #keeper: Pick<Keeper, 'ask' | 'role'>;
  readonly #store: Pick<Store, 'due' | 'idleCarts' | 'forgetKeys'>;
  readonly #cartIdleMs: number;
  readonly #clock: Clock;
  readonly #observe: Observe;
  #timer: NodeJS.Timeout | null = null;
  #sweeping: Promise<void> = Promise.resolve();
  #stopped = false;
  #oldSweptAt = Number.NEGATIVE_INFINITY;
  /** Where the walk over idle carts stands: after its last full page. */
  #cartsAfter: IdleCart | null = null;
  readonly #quarantined = new Set<string>();
  #quarantinedSince = Number.NEGATIVE_INFINITY;

  constructor(options: SweeperOptions) {
    this.#keeper = options.keeper;
    this.#store = options.store;
    this.#cartIdleMs = options.cartIdleMs ?? CART_IDLE_MS;
    this.#clock = options.clock ?? systemClock;
    this.#observe = options.observe ?? unobserved;
  }

  start(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#sweeping = this.sweep().finally(() => this.start());
    }, REST_MS);
  }

  /** Resolves when the sweep under way, if any, has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#sweeping;
  }

  /**
   * Walks once over everything that is overdue now; a standby walks over nothing. Never rejects: a failure is observed,
   * and the next walk tries again.
   */
  async sweep(): Promise<void> {
    if (this.#keeper.role === 'standby') return;
    try {
      await this.#expireOrders();
      await this.#sweepOld();
    } catch (error) {
      this.#observe({ kind: 'sweep_failed', error: error instanceof Error ? error : new Error(String(error)) });
    }
  }

  async #expireOrders(): Promise<void> {
    const now = this.#clock();
    if (Math.abs(now - this.#quarantinedSince) >= QUARANTINED_REST_MS) {
      this.#quarantined.clear();
      this.#quarantinedSince = now;
    }
    let after: DueOrder | null = null;
    let expired = 0;
    let page: readonly DueOrder[];
    do {
      page = await this.#store.due(now, after, PAGE);
      const answers = await Promise.all(page.map(({ id }) => this.#expire(id)));
      expired += answers.filter(Boolean).length;
      // The walk moves on even if an order could not be expired. Such an order must not hold up the others.
      after = page.at(-1) ?? null;
    } while (page.length === PAGE && !this.#stopped);
    if (expired > 0) this.#observe({ kind: 'orders_expired', orders: expired });
  }

  /** Whether the order is cancelled now. A bug with one order does not stop the others. */
  async #expire(orderId: string): Promise<boolean> {
    if (this.#quarantined.has(orderId)) return false;
    try {
      const { outcome } = await this.#keeper.ask({ kind: 'expire', orderId });
      const isQuarantined = outcome.kind === 'sku_quarantined' || outcome.kind === 'order_quarantined';
      if (isQuarantined && this.#quarantined.size < QUARANTINED_MAX) this.#quarantined.add(orderId);
      return outcome.kind === 'order' && outcome.order.status === 'cancelled';
    } catch (error) {
      this.#observe({ kind: 'sweep_failed', error: error instanceof Error ? error : new Error(String(error)) });
      return false;
    }
  }

  async #sweepOld(): Promise<void> {
    const now = this.#clock();
    // The absolute difference: a clock that was set back must not delay this by as long as it was set back.
    if (Math.abs(now - this.#oldSweptAt) < OLD_REST_MS) return;
    this.#oldSweptAt = now;
    // One page of each, however many there are, so that overdue orders do not wait for them. The next sweep continues.
    const moreCarts = await this.#sweepCarts(now);
    const moreKeys = (await this.#store.forgetKeys(now - KEY_KEPT_MS, PAGE)) === PAGE;
    if (moreCarts || moreKeys) this.#oldSweptAt = Number.NEGATIVE_INFINITY;
  }

  /** Whether there may be more. */
  async #sweepCarts(now: number): Promise<boolean> {
    const page = await this.#store.idleCarts(now - this.#cartIdleMs, this.#cartsAfter, PAGE);
    const answers = await Promise.all(page.map(({ id }) => this.#sweepCart(id)));
    const swept = answers.filter(Boolean).length;
    if (swept > 0) this.#observe({ kind: 'carts_swept', carts: swept });
    const isFull = page.length === PAGE;
    // The walk moves on even if a cart could not be swept. Such a cart must not hold up the others.
    this.#cartsAfter = isFull ? (page.at(-1) ?? null) : null;
    return isFull;
  }

  async #sweepCart(cartId: string): Promise<boolean> {
    try {
      const { outcome } = await this.#keeper.ask({ kind: 'sweep_cart', cartId, idleMs: this.#cartIdleMs });
      return outcome.kind === 'cart_swept';
    } catch (error) {
      this.#observe({ kind: 'sweep_failed', error: error instanceof Error ? error : new Error(String(error)) });
      return false;
    }
  }
}
