/**
 * What the bench measures: ways to sell stock, each a process of its own behind the same HTTP routes, and what is asked of them.
 * The runner knows a way by this file alone, and so does the load.
 */

/**
 * `bare` is a Fastify with nothing but the route; `ceiling` is the service's own door with nothing behind it. All others keep stock, and all of
 * them but `stock_keeper_in_process`, which calls the library, behind that same door: `stock_keeper_plugin` has it in a Fastify host with routes of its own.
 */
export const WAY_NAMES = [
  'bare',
  'ceiling',
  'naive',
  'pessimistic',
  'optimistic',
  'conditional',
  'queue',
  'unit_of_work',
  'redis',
  'stock_keeper',
  'stock_keeper_pglite',
  'stock_keeper_plugin',
  'stock_keeper_in_process',
] as const;
export type WayName = (typeof WAY_NAMES)[number];

/**
 * `hot` one SKU · `wide` 10 000 SKUs, asked for evenly, each met before it is measured · `cold` the same, none met before · `zipf` 10 000 SKUs, s = 1.1 ·
 * `sold_out` one SKU whose units are soon gone: refusals · `place_cancel_cancel` one SKU: an order, then two cancels of it at once ·
 * `baskets` the invoices of a real week.
 */
export const WORKLOAD_NAMES = ['hot', 'wide', 'cold', 'zipf', 'sold_out', 'place_cancel_cancel', 'baskets'] as const;
export type WorkloadName = (typeof WORKLOAD_NAMES)[number];

/** A SKU as it must be before a load begins. */
export interface StockedSku {
  readonly id: string;
  readonly onHand: number;
}

/** One load, as JSON to the process that makes it. All SKUs that it names begin with `prefix`, which no other load has. */
export interface LoadOptions {
  readonly workload: WorkloadName;
  readonly prefix: string;
  readonly connections: number;
  /** Asked before the measured time begins. */
  readonly warmupSeconds: number;
  readonly seconds: number;
  /** Requests a second, sent when they are due whether or not others were answered (open loop); `null` for as fast as answers come (closed loop). */
  readonly ratePerSecond: number | null;
}

/** What came of a load. Latencies are milliseconds, in an open loop from when the request was due. */
export interface LoadResult {
  /**
   * Requests of the measured time that were answered, but for those sent away undecided (503); lines of the orders that were placed by them; and how
   * long that time was. In an open loop they are those that were due in it.
   */
  readonly answered: number;
  readonly lines: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  /** All answers, warm-up included, by call and status: `place 201`. */
  readonly answers: Readonly<Record<string, number>>;
  /** Orders and units that were answered as placed, and those of them answered as cancelled; warm-up included. Each order counts once. */
  readonly placed: { readonly orders: number; readonly units: number };
  readonly cancelled: { readonly orders: number; readonly units: number };
  /** Broken connections and answers that make no sense; the first few. */
  readonly faults: readonly string[];
  /** Processor seconds that the load itself took in the measured time: near `seconds`, it is the load that limits. */
  readonly loadCpuSeconds: number;
}

/** What the stock is when a load is over, against what was answered. */
export interface Checked {
  /** Sentences on what is wrong; none when every row says what the answers said. */
  readonly faults: readonly string[];
  /** Units sold that were never there, and units given back that were never taken. */
  readonly oversold: number;
  readonly restoredTwice: number;
  /** Reservations and releases that another write overwrote, units. */
  readonly lostUpdates: number;
}

/** A way that runs. */
export interface RunningWay {
  readonly name: WayName;
  /** Where it listens, without a slash at the end; `null` for the one that is called in process. */
  readonly url: string | null;
  /** Runs a load against it; `onMeasured` is called when the warm-up is over. */
  load(options: LoadOptions, onMeasured: () => void): Promise<LoadResult>;
  createSkus(skus: readonly StockedSku[]): Promise<void>;
  check(prefix: string, result: LoadResult): Promise<Checked>;
  /** Batches committed so far; `null` where there are none. */
  batches(): Promise<number | null>;
  /** Processor seconds taken so far by the process of the way, and by its database with all its sessions; `null` where it cannot be told, or there is none apart. */
  cpuSeconds(): Promise<{ readonly service: number | null; readonly database: number | null }>;
  /** Ends it; sentences on what was found wrong only then, or on how it ended. */
  stop(): Promise<readonly string[]>;
}
