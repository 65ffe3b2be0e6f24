/** A way behind HTTP, as a load sees it. */
import { Client, Pool } from 'undici';
import type { Channel, Shop } from './channel.ts';
import { Connection, type Requests } from './connection.ts';

const READING_CONNECTIONS = 32;
/** An answer that takes longer is a broken connection. */
const ANSWER_MS_MAX = 60_000;

export class HttpShop implements Shop, AsyncDisposable {
  readonly channels: readonly Channel[];
  readonly #clients: readonly Client[];
  readonly #reading: Pool;

  private constructor(url: string, clients: readonly Client[]) {
    const requests: Requests = new Map();
    this.channels = clients.map((client) => new Connection(client, requests));
    this.#clients = clients;
    this.#reading = new Pool(url, { connections: READING_CONNECTIONS });
  }

  /** Opens all connections, so that the load begins with them. Rejects when nobody listens. */
  static async open(url: string, connections: number): Promise<HttpShop> {
    const limits = { headersTimeout: ANSWER_MS_MAX, bodyTimeout: ANSWER_MS_MAX };
    const clients = Array.from({ length: connections }, () => new Client(url, limits));
    await Promise.all(clients.map((client) => ignored(client, '/health/live')));
    return new HttpShop(url, clients);
  }

  read(skuId: string): Promise<void> {
    return ignored(this.#reading, `/skus/${encodeURIComponent(skuId)}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#reading, ...this.#clients].map((client) => client.close()));
  }
}

/** Asks, and does not look at the answer. */
async function ignored(client: Client | Pool, path: string): Promise<void> {
  const { body } = await client.request({ method: 'GET', path });
  await body.dump();
}
