/** A real server before a keeper, in this process: concurrent clients ask it over HTTP without a socket, and a history takes down what they hear. */
import type { FastifyInstance } from 'fastify';
import { buildServer } from '../../../src/http/server.ts';
import type { KeeperDoor } from '../../../src/keeper/keeper.ts';
import type { Request } from '../../support/shop-client.ts';
import type { History } from './history.ts';

export class Till {
  readonly #server: FastifyInstance;
  readonly #history: History;

  private constructor(server: FastifyInstance, history: History) {
    this.#server = server;
    this.#history = history;
  }

  static async open(keeper: KeeperDoor, history: History): Promise<Till> {
    return new Till(await buildServer({ keeper, logger: false }), history);
  }

  /** The same server, and another history from here on. */
  continuing(history: History): Till {
    return new Till(this.#server, history);
  }

  /** Asks, and takes down what is answered. */
  async ask({ method, path, body, headers = {} }: Request): Promise<void> {
    const operation = this.#history.begin({ method, path, body, headers });
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const reply = await this.#server.inject({ method, url: path, headers: { ...headers, ...type }, ...payload });
    const { etag } = reply.headers;
    this.#history.end(operation, {
      status: reply.statusCode,
      text: reply.body,
      replayed: reply.headers['idempotent-replayed'] === 'true',
      etag: typeof etag === 'string' ? etag : null,
    });
  }
}

/** `clients` at a time, each asking one thing after another, `operations` in all. */
export async function serve(
  ask: (request: Request) => Promise<void>,
  clients: number,
  operations: number,
  next: () => Request,
): Promise<void> {
  let left = operations;
  const client = async () => {
    while (left-- > 0) await ask(next());
  };
  await Promise.all(Array.from({ length: clients }, client));
}
