/** A client that keeps count: how many of its requests were answered with certainty, and which were not answered within their deadline. */

import { codeOf, type Reply, type Request, ShopClient } from '../../support/shop-client.ts';
import type { History } from '../histories/history.ts';

/**
 * What a client waits for any answer, milliseconds: twice what the service allows itself for deciding again and again, and twice that on a
 * machine that runs other tests meanwhile.
 */
export const DEADLINE_MS = { short: 59_000, long: 30_000 };
/** So many late requests are named. */
const LATE_MAX = 20;

/** The 503 that say: nothing was decided. */
const NOTHING_DECIDED = new Set(['overloaded', 'waiting_line_full', 'closing', 'standby', 'not_ready']);

/** Counted by any number of clients. */
export class Timing {
  acknowledged = 0;
  /** Without an answer, or with one that says so. */
  unknown = 0;
  /** Refused before anything was decided. */
  turnedAway = 0;
  /** Of all that were answered, milliseconds. */
  slowestMs = 0;
  readonly #deadlineMs: number;
  #late: string[] = [];

  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs;
  }

  /** `reply` is null when the connection broke. */
  count({ method, path }: Request, reply: Reply | null, ms: number): void {
    if (reply === null || reply.status >= 500) {
      const code = reply === null ? '' : codeOf(reply);
      if (NOTHING_DECIDED.has(code)) this.turnedAway++;
      else this.unknown++;
    } else this.acknowledged++;
    if (reply !== null) this.slowestMs = Math.max(this.slowestMs, ms);
    if (ms > this.#deadlineMs && this.#late.length < LATE_MAX) {
      const how = reply === null ? 'had no answer' : 'was answered';
      this.#late.push(`${method} ${path} ${how} after ${Math.round(ms)} ms`);
    }
  }

  /** Those that were late since this was asked last, in words. */
  takeLate(): string[] {
    const late = this.#late;
    this.#late = [];
    return late;
  }
}

export class TimedClient extends ShopClient {
  readonly #timing: Timing;

  constructor(timing: Timing, history: History, url: string, connections?: number) {
    super(url, connections, history);
    this.#timing = timing;
  }

  override async ask(request: Request, signal?: AbortSignal): Promise<Reply> {
    const began = performance.now();
    let reply: Reply | null = null;
    try {
      reply = await super.ask(request, signal);
      return reply;
    } finally {
      this.#timing.count(request, reply, performance.now() - began);
    }
  }
}
