/** The 32 clients of the replay: one connection each, each asking one thing after another, and asking again when the answer is 5xx or none. */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'undici';

export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  /** 1 unless it had to be asked again. */
  readonly tries: number;
}

/** Asks once and answers what came back; 5xx and broken connections are asked again, at most `TRIES_MAX` times in all. */
export type Ask = (asked: Asked) => Promise<Answered>;

/** How fast one phase went. Latencies in milliseconds, from asking to the whole answer, waiting for a further try included. */
export interface PhaseFigures {
  readonly name: string;
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
}

const CLIENTS = 32;
const TRIES_MAX = 8;
const ANSWER_WITHIN_MS = 30_000;
const AGAIN_IN_MS = 200;

export class Clients {
  readonly phases: PhaseFigures[] = [];
  /** How often something had to be asked again. */
  repeats = 0;
  readonly #clients: readonly Client[];
  #latenciesMs: number[] = [];

  constructor(url: string) {
    const limits = { headersTimeout: ANSWER_WITHIN_MS, bodyTimeout: ANSWER_WITHIN_MS };
    this.#clients = Array.from({ length: CLIENTS }, () => new Client(url, limits));
  }

  /** Has all clients take `items` in turn, one at a time each, until none is left. */
  async each<T>(name: string, items: readonly T[], act: (item: T, ask: Ask) => Promise<void>): Promise<void> {
    await this.#phase(
      name,
      items,
      this.#clients.map((client) => [client]),
      (item, [ask]) => act(item, ask),
    );
  }

  /** The same with clients two by two, so that both of a pair are free to ask at once. */
  async pairs<T>(
    name: string,
    items: readonly T[],
    act: (item: T, one: Ask, other: Ask) => Promise<void>,
  ): Promise<void> {
    const pairs = this.#clients.flatMap((client, i) => {
      const other = this.#clients[i + 1];
      return i % 2 === 0 && other !== undefined ? [[client, other] as const] : [];
    });
    await this.#phase(name, items, pairs, (item, [one, other]) => act(item, one, other ?? one));
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.destroy()));
  }

  async #phase<T>(
    name: string,
    items: readonly T[],
    teams: readonly (readonly [Client, ...Client[]])[],
    act: (item: T, asks: readonly [Ask, ...Ask[]]) => Promise<void>,
  ): Promise<void> {
    this.#latenciesMs = [];
    const began = performance.now();
    const waiting = items.values();
    await Promise.all(
      teams.map(async ([first, ...others]) => {
        const asks = [this.#asking(first), ...others.map((client) => this.#asking(client))] as const;
        for (const item of waiting) await act(item, asks);
      }),
    );
    this.phases.push({ name, seconds: (performance.now() - began) / 1000, latenciesMs: this.#latenciesMs });
  }

  #asking(client: Client): Ask {
    return async (asked) => {
      const began = performance.now();
      for (let tries = 1; ; tries++) {
        const tried = await once(client, asked);
        if ('status' in tried) {
          this.#latenciesMs.push(performance.now() - began);
          return { ...tried, tries };
        }
        if (tries === TRIES_MAX) {
          throw new Error(`${asked.method} ${asked.path}: no answer in ${tries} tries, the last: ${tried.why}`);
        }
        this.repeats++;
        await delay(tried.againInMs);
      }
    };
  }
}

/** One try: an answer, or why there is none and when to ask again. */
async function once(
  client: Client,
  { method, path, body, headers }: Asked,
): Promise<Omit<Answered, 'tries'> | { readonly why: string; readonly againInMs: number }> {
  try {
    const response = await client.request({
      method,
      path,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.body.text();
    if (response.statusCode < 500) return { status: response.statusCode, text };
    const seconds = Number(response.headers['retry-after'] ?? Number.NaN);
    const againInMs = Number.isFinite(seconds) ? seconds * 1000 : AGAIN_IN_MS;
    return { why: `${response.statusCode} ${text}`, againInMs };
  } catch (error) {
    return { why: String(error), againInMs: AGAIN_IN_MS };
  }
}
