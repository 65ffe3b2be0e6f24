/** The metrics of the keeper: its load, read when the metrics are read, and its observations. */
import { Counter, Gauge, Histogram, type Registry } from '@platformatic/prom-client';
import type { KeeperDoor } from '../../keeper/keeper.ts';
import type { Observation } from '../../lib/observe.ts';

/** Observations that are only counted, by the name of their counter. */
const COUNTED = {
  load_failed: ['loads_failed', 'Loads that the database did not answer.'],
  quarantined: ['quarantined', 'SKUs, orders and carts found corrupt.'],
  commit_settled: ['commits_settled', 'Commits whose answer was lost, settled by asking the database.'],
  gave_up: ['gave_up', 'Commands answered as unknown outcome.'],
  ownership_taken: ['ownership_taken', 'This process became the owner of the database.'],
  ownership_lost: ['ownership_lost', 'This process is the owner no more.'],
  ownership_sought: ['ownership_sought', 'The database could not be asked who owns it.'],
  sweep_failed: ['sweeps_failed', 'Sweeps for overdue orders that failed.'],
} as const satisfies Partial<Record<Observation['kind'], readonly [string, string]>>;

/** Seconds, for a fast disk, a slow disk and a database in trouble. */
const COMMIT_BUCKETS = [0.002, 0.01, 0.05, 0.2, 1, 5];
const ENTRIES_BUCKETS = [1, 8, 64, 256, 512];

export class KeeperMetrics {
  readonly #registry: Registry;
  readonly #counted: ReadonlyMap<string, Counter>;
  readonly #batches: Counter<'result'>;
  readonly #entries: Histogram;
  readonly #commitSeconds: Histogram;
  readonly #nextBatch: Gauge;
  readonly #decidedAgain: Counter;
  readonly #expired: Counter;
  readonly #swept: Counter;

  constructor(registry: Registry) {
    this.#registry = registry;
    const registers = [registry];
    this.#counted = new Map(
      Object.entries(COUNTED).map(([kind, [name, help]]) => [
        kind,
        new Counter({ name: `stock_keeper_${name}_total`, help, registers }),
      ]),
    );
    this.#batches = new Counter({
      name: 'stock_keeper_batches_total',
      help:
        'Batches by what became of them: committed, lost (a row was changed by someone else), aborted, refused ' +
        '(for its data) or unknown.',
      labelNames: ['result'],
      registers,
    });
    this.#entries = new Histogram({
      name: 'stock_keeper_batch_entries',
      help: 'Decisions in a committed batch.',
      buckets: ENTRIES_BUCKETS,
      registers,
    });
    this.#commitSeconds = new Histogram({
      name: 'stock_keeper_commit_seconds',
      help: 'How long a batch took to be committed.',
      buckets: COMMIT_BUCKETS,
      registers,
    });
    this.#nextBatch = new Gauge({
      name: 'stock_keeper_next_batch_entries',
      help: 'Decisions that were ready for the next batch when the last one was committed.',
      registers,
    });
    this.#decidedAgain = new Counter({
      name: 'stock_keeper_entries_decided_again_total',
      help: 'Decisions whose commit failed, and those that stood on them.',
      registers,
    });
    this.#expired = new Counter({
      name: 'stock_keeper_orders_expired_total',
      help: 'Overdue orders whose stock was given back.',
      registers,
    });
    this.#swept = new Counter({
      name: 'stock_keeper_carts_swept_total',
      help: 'Carts that nobody had changed for long, deleted.',
      registers,
    });
  }

  observe(observation: Observation): void {
    switch (observation.kind) {
      case 'batch_committed':
        this.#batches.inc({ result: 'committed' });
        this.#entries.observe(observation.entries);
        this.#commitSeconds.observe(observation.commitMs / 1000);
        this.#nextBatch.set(observation.waiting);
        break;
      case 'batch_failed':
        this.#batches.inc({ result: observation.result });
        this.#decidedAgain.inc(observation.entries + observation.behind);
        break;
      case 'orders_expired':
        this.#expired.inc(observation.orders);
        break;
      case 'carts_swept':
        this.#swept.inc(observation.carts);
        break;
      default:
        this.#counted.get(observation.kind)?.inc();
    }
  }

  /** Reads the keeper's load whenever the metrics are read. */
  watch(keeper: KeeperDoor): void {
    const gauge = (name: string, help: string, now: () => number) =>
      new Gauge({
        name: `stock_keeper_${name}`,
        help,
        registers: [this.#registry],
        collect() {
          this.set(now());
        },
      });
    gauge('owner', '1 while this process owns the database, 0 while it stands by.', () =>
      keeper.role === 'owner' ? 1 : 0,
    );
    gauge(
      'commands_in_flight',
      'Commands in flight: taken, and not through yet; those in the waiting line are not among them.',
      () => keeper.load.commands,
    );
    gauge(
      'commands_in_flight_max',
      'Commands in flight beyond which requests are answered `overloaded`.',
      () => keeper.load.commandsMax,
    );
    gauge('resident_skus', 'SKUs in memory.', () => keeper.load.skus);
    gauge('waiting_line', 'Commands in the waiting line: they wait for stock.', () => keeper.load.waiting);
    gauge('resident_orders', 'Orders in memory.', () => keeper.load.orders);
    gauge(
      'resident_bytes',
      'Bytes that SKUs, orders, carts, products and answers under keys take in memory, estimated.',
      () => keeper.load.residentBytes,
    );
  }
}
