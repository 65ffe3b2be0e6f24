/**
 * How often one may ask: counted by the second of the clock, all counters beginning anew with each.
 *
 * Not `@fastify/rate-limit`: every count of it is a chain of promises, which made the empty route a fifth slower, and
 * requests that arrive together on one connection would all look before the first is counted.
 */
import { isIPv6 } from 'node:net';
import type { Clock } from '../../lib/clock.ts';

/** As many are told apart within a second; beyond that, the one that began first is forgotten. */
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

  /** Counts one; false when it is one too many, which is not counted. */
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
 * Whose address it is, for counting: of IPv6 the network of 64 bits, for whoever has one address there has all of them.
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
