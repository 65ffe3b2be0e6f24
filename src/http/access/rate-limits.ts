/**
 * Limits how often a client may ask. Requests are counted by the second of the clock; all counters start again with
 * each second.
 *
 * `@fastify/rate-limit` is not used. Each of its counts is a chain of promises, which made the empty route a fifth
 * slower. Requests that arrive together on one connection would also all look before the first one is counted.
 */
import { isIPv6 } from 'node:net';
import type { Clock } from '../../lib/clock.ts';

/** At most this many counters within a second. Beyond that, the oldest counter is forgotten. */
const COUNTERS_MAX = 10_000;

export class Limiter {
  readonly perSecond: number;
  readonly #clock: Clock;
  readonly #counts = new Map<string, number>();
  #second = 0;

  constructor(perSecond: number, clock: Clock) {
    this.perSecond = perSecond;
    this.#clock = clock;
  }

  /** Counts one request. Returns false when it is one too many; then it is not counted. */
  take(whose: string): boolean {
    this.#beginAnew();
    const count = this.#counts.get(whose) ?? 0;
    if (count >= this.perSecond) return false;
    if (count === 0 && this.#counts.size === COUNTERS_MAX) {
      const [first = whose] = this.#counts.keys();
      this.#counts.delete(first);
    }
    this.#counts.set(whose, count + 1);
    return true;
  }

  #beginAnew(): void {
    const second = Math.floor(this.#clock() / 1000);
    if (second === this.#second) return;
    this.#second = second;
    this.#counts.clear();
  }
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * The name under which an address is counted. For IPv6 that is the network of 64 bits, because a client that has one of
 * its addresses has all of them.
 */
export function networkOf(ip: string): string {
  if (!isIPv6(ip)) return ip;
  const mapped = MAPPED.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = (ip.split('%')[0] ?? '').toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const between = Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  return [...before, ...between, ...after].slice(0, 4).join(':');
}
