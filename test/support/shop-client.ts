/**
 * A client of the service over real HTTP. It has many connections with one request at a time on each, so requests that
 * are made at once arrive at once.
 */
import { Pool } from 'undici';
import type { CartBody } from '../../src/api/carts/body.ts';
import type { OrderBody } from '../../src/api/orders/body.ts';
import type { SkuBody } from '../../src/api/skus/body.ts';
import type { History } from '../tools/histories/history.ts';

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A problem document, as far as the tests look into it. */
export interface ProblemBody {
  readonly code: string;
  readonly retryAfterSeconds?: number;
  readonly shortages?: readonly {
    readonly skuId: string;
    readonly requested: number;
    readonly available: number;
    readonly version: number;
  }[];
}

export interface Reply {
  readonly status: number;
  readonly text: string;
  /** Whether it is the first answer given again. */
  readonly replayed: boolean;
}

/** The body of a success or of a problem; the caller knows which one it is. */
export const orderIn = (reply: Reply): OrderBody => JSON.parse(reply.text) as OrderBody;
export const cartIn = (reply: Reply): CartBody => JSON.parse(reply.text) as CartBody;
export const skuIn = (reply: Reply): SkuBody => JSON.parse(reply.text) as SkuBody;
export const problemIn = (reply: Reply): ProblemBody => JSON.parse(reply.text) as ProblemBody;
/** `code` of a problem; an empty text for a success. */
export const codeOf = (reply: Reply): string => (reply.status < 400 ? '' : problemIn(reply).code);

/** Longer than the service takes for anything. */
const ANSWER_WITHIN_MS = 60_000;

export class ShopClient implements AsyncDisposable {
  readonly #pool: Pool;
  readonly #history: History | null;

  /**
   * Uses at most `connections` connections; further requests wait in this process. `history` records everything that is
   * asked and answered.
   */
  constructor(url: string, connections = 64, history: History | null = null) {
    this.#history = history;
    this.#pool = new Pool(url, {
      connections,
      pipelining: 1,
      headersTimeout: ANSWER_WITHIN_MS,
      bodyTimeout: ANSWER_WITHIN_MS,
    });
  }

  /**
   * Rejects when no answer came, because the connection could not be made or broke. `signal` breaks it, wherever the
   * request is.
   */
  async ask(request: Request, signal?: AbortSignal): Promise<Reply> {
    const { method, path, body, headers } = request;
    const operation = this.#history?.begin(request);
    const response = await this.#pool.request({
      method,
      path,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
    const text = await response.body.text();
    const reply = { status: response.statusCode, text, replayed: response.headers['idempotent-replayed'] === 'true' };
    if (operation !== undefined) {
      const { etag } = response.headers;
      this.#history?.end(operation, { ...reply, etag: typeof etag === 'string' ? etag : null });
    }
    return reply;
  }

  get(path: string): Promise<Reply> {
    return this.ask({ method: 'GET', path });
  }

  post(path: string, body?: unknown, headers: Request['headers'] = {}): Promise<Reply> {
    return this.ask({ method: 'POST', path, body, headers });
  }

  /** Creates SKUs with the same opening stock. Rejects unless all were created. */
  async stock(onHand: number, ...ids: readonly string[]): Promise<void> {
    const replies = await Promise.all(
      ids.map((id) => this.post('/skus', { id, name: `name of ${id}`, price: 100, onHand })),
    );
    for (const reply of replies) if (reply.status !== 201) throw new Error(`a SKU was not created: ${reply.text}`);
  }

  /** Rejects unless the answer is a SKU. */
  async sku(id: string): Promise<SkuBody> {
    const reply = await this.get(`/skus/${id}`);
    if (reply.status !== 200) throw new Error(`SKU ${id}: ${reply.status} ${reply.text}`);
    return skuIn(reply);
  }

  /** Rejects unless the answer is an order. */
  async order(id: string): Promise<OrderBody> {
    const reply = await this.get(`/orders/${id}`);
    if (reply.status !== 200) throw new Error(`order ${id}: ${reply.status} ${reply.text}`);
    return orderIn(reply);
  }

  /** Sets a line of a cart. */
  put(cartId: string, skuId: string, quantity: number): Promise<Reply> {
    return this.ask({ method: 'PUT', path: `/carts/${cartId}/lines/${skuId}`, body: { quantity } });
  }

  /** Rejects unless the answer is a cart. */
  async cart(id: string): Promise<CartBody> {
    const reply = await this.get(`/carts/${id}`);
    if (reply.status !== 200) throw new Error(`cart ${id}: ${reply.status} ${reply.text}`);
    return cartIn(reply);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.destroy();
  }
}

/** The request for an order, with `lines` by SKU. It is paid online unless `more` says otherwise. */
export function orderRequest(
  id: string | null,
  lines: Readonly<Record<string, number>>,
  more: Readonly<Record<string, unknown>> = {},
): Request {
  const named = Object.entries(lines).map(([skuId, quantity]) => ({ skuId, quantity }));
  return { method: 'POST', path: '/orders', body: { ...(id === null ? {} : { id }), lines: named, ...more } };
}

/** The number of replies for each status and problem, e.g. `{ '201': 3, '409 insufficient_stock': 2 }`. */
export function tally(replies: readonly Reply[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const reply of replies) {
    const kind = `${reply.status} ${codeOf(reply)}`.trim();
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
