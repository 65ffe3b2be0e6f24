/** A shop on a real database whose clock and sweeper belong to the test, and that can be started again on what is stored. */
import type { FastifyInstance, InjectOptions } from 'fastify';
import type { Database } from '../../src/db/database.ts';
import { type DatabaseSettings, openDatabase } from '../../src/db/open.ts';
import { buildServer } from '../../src/http/server.ts';
import { SqlStore, STORE_DEADLINES } from '../../src/journal/sql-store.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { Sweeper } from '../../src/keeper/sweeper.ts';
import { unobserved } from '../../src/lib/observe.ts';
import { createLists } from '../../src/reads/lists.ts';
import { type Reign, reignOver } from '../support/reign.ts';

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly json: Readonly<Record<string, unknown>>;
}

export class TextShop {
  readonly database: Database;
  readonly #reign: Reign;
  #keeper: Keeper | null = null;
  #server: FastifyInstance | null = null;
  #sweeper: Sweeper | null = null;
  #now = Date.UTC(2026, 10, 20, 9);

  private constructor(database: Database, reign: Reign) {
    this.database = database;
    this.#reign = reign;
  }

  static async open(settings: DatabaseSettings): Promise<TextShop> {
    const database = await openDatabase(settings);
    const shop = new TextShop(database, await reignOver(database));
    await shop.restart();
    return shop;
  }

  /** From now on nothing is known but what the database has. */
  async restart(): Promise<void> {
    await this.#stop();
    const store = new SqlStore(this.database, this.#reign, unobserved);
    const clock = () => this.#now;
    this.#keeper = new Keeper({ store, lists: createLists(this.database, STORE_DEADLINES.readMs), clock });
    this.#sweeper = new Sweeper({ keeper: this.#keeper, store, clock });
    this.#server = await buildServer({ keeper: this.#keeper, logger: false });
  }

  async ask(request: InjectOptions | string): Promise<Answered> {
    if (this.#server === null) throw new Error('the shop is closed');
    const { statusCode, headers, body } = await this.#server.inject(request);
    return { status: statusCode, headers, json: JSON.parse(body) as Answered['json'] };
  }

  /** All items of a list, page by page; throws when the pages do not end. */
  async walk(list: string, limit: number, itemsMax: number): Promise<readonly Answered['json'][]> {
    const items: Answered['json'][] = [];
    let after: string | null = null;
    do {
      const cursor: string = after === null ? '' : `&after=${encodeURIComponent(after)}`;
      const { status, json } = await this.ask(`${list}limit=${limit}${cursor}`);
      if (status !== 200 || items.length > itemsMax) throw new Error(`${list} after ${after}: ${JSON.stringify(json)}`);
      items.push(...(json['items'] as Answered['json'][]));
      after = json['next'] as string | null;
    } while (after !== null);
    return items;
  }

  /** Time goes by, and the sweeper walks. */
  async later(seconds: number): Promise<void> {
    this.#now += seconds * 1000;
    await this.#sweeper?.sweep();
  }

  async close(): Promise<void> {
    await this.#stop();
    await this.database.close();
  }

  async #stop(): Promise<void> {
    await this.#sweeper?.stop();
    await this.#server?.close();
    await this.#keeper?.close();
  }
}
