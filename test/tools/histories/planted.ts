/**
 * Bugs of the kinds that this service must not have, planted around its real keeper without a change to it: by a store that lies, by a second
 * owner, by a door that says something else. Every service here crashes now and then, also the honest one: what is not durable then is lost.
 */

import { merge } from '../../../src/journal/merge.ts';
import type { Batch, CommitResult, Loaded, Store, Wanted } from '../../../src/journal/record.ts';
import { Keeper, type KeeperDoor } from '../../../src/keeper/keeper.ts';
import type { Command } from '../../../src/shop/commands.ts';
import type { Idempotency } from '../../../src/shop/idempotency.ts';
import type { Answer } from '../../../src/shop/outcome.ts';
import type { Sku } from '../../../src/shop/skus/sku.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { NOBODY_WAITS, NOTHING } from '../../support/nothing.ts';
import { rowsOf } from '../../support/rows-of.ts';

/** A keeper crashes behind so many questions, and the next one begins. */
const QUESTIONS_A_LIFE = 150;

/** From one crash to the next. */
interface Life {
  readonly over: boolean;
}

/** What a bug puts in the place of the honest parts. */
interface Parts {
  /** How a batch comes into the database. */
  readonly commit?: (database: MemoryStore, batch: Batch, life: Life) => Promise<CommitResult>;
  readonly load?: (database: MemoryStore, wanted: Wanted) => Promise<Loaded>;
  /** Owners of the same database at once; 1 by default. */
  readonly owners?: number;
  readonly residentsMax?: number;
  readonly ask?: (keeper: Pick<Keeper, 'ask'>, command: Command, idempotency: Idempotency | null) => Promise<Answer>;
}

/** One round trip to a database is a few turns of the event loop. */
async function travel(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise(setImmediate);
}

/** A service on a database in memory. `database` is what is durable. */
export class PlantedService implements KeeperDoor {
  readonly database = new MemoryStore();
  readonly lists: KeeperDoor['lists'] = this.database;
  readonly role = 'owner';
  readonly waiting = NOBODY_WAITS;
  readonly #parts: Parts;
  #keepers: readonly Keeper[] = [];
  #life = { over: false, crash: (_error: Error) => {}, crashed: Promise.resolve<never>(undefined as never) };
  #asked = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#begin();
  }

  async ask(command: Command, idempotency: Idempotency | null = null): Promise<Answer> {
    if (++this.#asked % QUESTIONS_A_LIFE === 0) this.#begin();
    const keeper = this.#keeper;
    const { crashed } = this.#life;
    const asking = this.#parts.ask?.(keeper, command, idempotency) ?? keeper.ask(command, idempotency);
    // Who waits when it crashes never hears anything.
    return Promise.race([asking, crashed]);
  }

  get load(): KeeperDoor['load'] {
    return this.#keeper.load;
  }

  async readiness(): ReturnType<KeeperDoor['readiness']> {
    return { ready: true };
  }

  /** Whose turn it is. */
  get #keeper(): Keeper {
    return this.#keepers[this.#asked % this.#keepers.length] as Keeper;
  }

  #begin(): void {
    this.#life.over = true;
    this.#life.crash(new Error('the service crashed'));
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => {});
    const life = { over: false, crash: reject, crashed: promise };
    this.#life = life;
    const { owners = 1, residentsMax = 100 } = this.#parts;
    this.#keepers = Array.from({ length: owners }, () => {
      return new Keeper({ store: this.#store(life), lists: this.database, limits: { residentsMax }, pause: travel });
    });
  }

  /** The database as one life of the service sees it: over, it reaches it no more. */
  #store(life: Life): Store {
    const { database } = this;
    const { commit = writeThenAnswer, load = (from, wanted) => from.load(wanted) } = this.#parts;
    return {
      async load(wanted) {
        await travel();
        return load(database, wanted);
      },
      commit: (batch) => commit(database, batch, life),
      due: async () => [],
      idleCarts: async () => [],
      forgetKeys: async () => 0,
      ping: async () => {},
    };
  }
}

/** As it should be. */
async function writeThenAnswer(database: MemoryStore, batch: Batch, life: Life): Promise<CommitResult> {
  await travel();
  if (life.over) return { kind: 'unknown', error: new Error('the service crashed') };
  const result = await database.commit(batch);
  await travel();
  return result;
}

/** Answered first, written a little later, unless it crashes. */
async function answerThenWrite(database: MemoryStore, batch: Batch, life: Life): Promise<CommitResult> {
  void writeThenAnswer(database, batch, life);
  return { kind: 'committed' };
}

/** Whoever comes last has it: no version is looked at. */
async function writeUnfenced(database: MemoryStore, batch: Batch, life: Life): Promise<CommitResult> {
  await travel();
  if (life.over) return { kind: 'unknown', error: new Error('the service crashed') };
  const { skus, orders, movements, keys } = merge(structuredClone(batch));
  for (const row of rowsOf(skus)) database.skuRows.set(row.id, row);
  for (const row of rowsOf(orders)) database.orderRows.set(row.id, row);
  for (const record of rowsOf(keys)) database.keyRows.set(record.key, record);
  database.ledger.push(...movements);
  return { kind: 'committed' };
}

/** Every release is made again where the counters allow it. */
async function releaseTwice(database: MemoryStore, batch: Batch, life: Life): Promise<CommitResult> {
  const result = await writeThenAnswer(database, batch, life);
  if (result.kind !== 'committed') return result;
  for (const { movement } of batch.flatMap(({ skus }) => skus)) {
    const row = database.skuRows.get(movement?.skuId ?? '');
    if (movement?.kind !== 'released' || row === undefined || row.reserved < movement.quantity) continue;
    const { onHand } = row;
    const counters = { onHand, reserved: row.reserved - movement.quantity, sales: row.sales - movement.quantity };
    const version = row.version + 1;
    const again = {
      ...{ id: row.id, basis: row.version, isWhole: false },
      row: { ...row, ...counters, version },
      movement: { ...movement, ...counters, version },
    };
    await database.commit([{ ...NOTHING, skus: [again] }]);
  }
  return result;
}

/** Every third load is of the SKUs as they were some commits ago. */
function staleLoads(): Pick<Parts, 'load' | 'commit'> {
  let before: Loaded['skus'] = [];
  let loads = 0;
  let commits = 0;
  return {
    commit(database, batch, life) {
      if (++commits % 5 === 0) before = [...database.skuRows.values()];
      return writeThenAnswer(database, batch, life);
    },
    async load(database, wanted) {
      const loaded = await database.load(wanted);
      if (++loads % 3 > 0) return loaded;
      const old = new Map(before.map((sku): [string, Sku] => [sku.id, sku]));
      return { ...loaded, skus: loaded.skus.map((sku) => old.get(sku.id) ?? sku) };
    },
  };
}

/** A SKU is answered three times from what was read once. */
function cachedReads(): Pick<Parts, 'ask'> {
  const cache = new Map<string, { readonly answer: Answer; left: number }>();
  return {
    async ask(keeper, command, idempotency) {
      if (command.kind !== 'read_sku') return keeper.ask(command, idempotency);
      const cached = cache.get(command.skuId);
      if (cached !== undefined && cached.left-- > 0) return cached.answer;
      const answer = await keeper.ask(command, idempotency);
      cache.set(command.skuId, { answer, left: 3 });
      return answer;
    },
  };
}

/** Now and then it is done, and told as refused at the door. */
function deniedAndDone(): Pick<Parts, 'ask'> {
  let asked = 0;
  return {
    async ask(keeper, command, idempotency) {
      const answer = await keeper.ask(command, idempotency);
      if (++asked % 20 > 0) return answer;
      return { outcome: { kind: 'overloaded', retryAfterSeconds: 1 }, replayed: false };
    },
  };
}

export interface Plant {
  readonly bug: string;
  readonly grow: () => PlantedService;
}

export const HONEST = (): PlantedService => new PlantedService({ residentsMax: 3 });

export const PLANTS: readonly Plant[] = [
  {
    bug: 'answered before the commit',
    grow: () => new PlantedService({ commit: answerThenWrite }),
  },
  {
    bug: 'no fence between two owners',
    grow: () => new PlantedService({ commit: writeUnfenced, owners: 2 }),
  },
  { bug: 'two owners, fenced', grow: () => new PlantedService({ owners: 2 }) },
  {
    bug: 'released twice',
    grow: () => new PlantedService({ commit: releaseTwice }),
  },
  {
    bug: 'a load that was overtaken by a commit',
    grow: () => new PlantedService({ ...staleLoads(), residentsMax: 1 }),
  },
  { bug: 'a read from a cache', grow: () => new PlantedService(cachedReads()) },
  { bug: 'told as refused, and done', grow: () => new PlantedService(deniedAndDone()) },
];
