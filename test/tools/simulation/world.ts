/** One simulated world: its time, its chance, its database, the process that keeps the stock (if one runs), and what was found wrong. */
import type { Batch } from '../../../src/journal/record.ts';
import type { Idempotency } from '../../../src/shop/idempotency.ts';
import { AT } from '../../support/shop.ts';
import { Coverage } from './coverage.ts';
import { Database } from './database.ts';
import { type Asked, type Placement, requestName } from './history.ts';
import { LineWatch } from './line-watch.ts';
import type { Process } from './process.ts';
import { drawProfile, type Profile } from './profile.ts';
import { Random } from './random.ts';
import { Timeline } from './timeline.ts';
import { Weather } from './weather.ts';

/** The text that a database refuses. */
export const POISON = 'poison';

export class World {
  readonly random: Random;
  readonly profile: Profile;
  readonly timeline: Timeline;
  readonly database: Database;
  readonly weather: Weather;
  readonly coverage = new Coverage();
  readonly history: Asked[] = [];
  readonly violations: string[] = [];
  /** When an order was on its way to the database, on the timeline's ticks, each time it was tried. */
  readonly tried = new Map<string, number[]>();
  /** Batches that failed, and when. */
  readonly failures: { readonly tick: number; readonly batch: Batch }[] = [];
  readonly lineWatch: LineWatch = new LineWatch(this);
  /** How many ask to place an order and wait for the answer, by its id. */
  readonly #asking = new Map<string, number>();
  /** The process that runs, `null` between two. */
  process: Process | null = null;
  /** Clients that have come; more may join them. */
  readonly clients: Promise<void>[] = [];
  /** Idempotency keys that anybody used, the second writer included. */
  readonly keyUses: Idempotency[] = [];
  /** Rows that were corrupted by hand: `SKU id` and `order id`. */
  readonly tainted = new Set<string>();
  /** What is to happen while the next commit is under way. */
  ambush: (() => void) | null = null;
  #clockOffset = 0;
  readonly #write: ((line: string) => void) | null;

  constructor(seed: number, write: ((line: string) => void) | null) {
    this.#write = write;
    this.random = new Random(seed);
    this.profile = drawProfile(this.random);
    this.timeline = new Timeline(this.random);
    this.database = new Database(this.timeline);
    this.weather = new Weather(this.profile.faults, this.random, this.coverage);
    for (const fault of this.profile.faults) this.coverage.count(`world: ${fault}`);
    this.database.store.check = (batch) => {
      if (batch.some(({ skus }) => skus.some(({ movement }) => movement?.reference === POISON)))
        throw new Error(POISON);
    };
  }

  /** The clock on the wall, which may be set; milliseconds since the Unix epoch. */
  readonly clock = (): number => this.clockAt(this.timeline.now);

  /** The clock at a virtual time, as it is set now. */
  clockAt(ms: number): number {
    return this.profile.isFrozen ? AT : AT + ms + this.#clockOffset;
  }

  setClock(byMs: number): void {
    this.#clockOffset += byMs;
  }

  readonly skuIds = (): readonly [string, ...string[]] => {
    const others = Array.from({ length: this.profile.skus - 1 }, (_, i) => `s${i + 1}`);
    return ['s0', ...others];
  };

  customerId(): string | null {
    return this.random.pick(this.profile.isLimited ? ['ann', 'ann', 'bob'] : [null, 'ann', 'ann', 'bob']);
  }

  /** How long who places an order would wait for stock. */
  waitSeconds(): number {
    return this.random.chance(this.profile.waitShare) ? this.random.pick([1, 1, 2, 4, 9]) : 0;
  }

  /** One more, or one less, waits for the answer to a placement of this order. */
  asking(command: Placement, more: 1 | -1): void {
    const names = [requestName(command.orderId)];
    // Without an id of the client's, a checkout of the same cart on the same terms is the same request.
    if (command.kind === 'checkout' && command.idIsNew === true) names.push(`cart ${command.cartId}`);
    for (const name of names) this.#asking.set(name, this.openAsks(name) + more);
  }

  /** How many wait for an order, or for what such checkouts of a cart come to. */
  openAsks(name: string): number {
    return this.#asking.get(requestName(name)) ?? 0;
  }

  violation(found: string): void {
    // What is looked at after each event is found after each.
    if (this.violations.includes(found)) return;
    this.violations.push(found);
    this.trace(() => `VIOLATION ${found}`);
  }

  readonly trace = (line: () => string): void => {
    this.#write?.(`${String(this.timeline.now).padStart(6)} ${line()}`);
  };
}
