/**
 * How often one may ask: requests are counted by the second, in a memory that is bounded: the package keeps 5 000
 * counters for each limiter, and the one that was not asked for longest gives way.
 */
import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import type { App } from './door.ts';
import { DoorFault } from './problems.ts';

export interface Limiter {
  /** Counts the request. Throws `DoorFault` `rate_limited` when there were too many before it. */
  count(request: FastifyRequest): Promise<void>;
  /** Throws as `count` would, without counting. */
  check(request: FastifyRequest): Promise<void>;
}

export interface LimitOptions {
  /** Requests a second. */
  readonly perSecond: number;
  /** Whose requests are counted together. */
  readonly of: (request: FastifyRequest) => string;
  /** What is limited, for programs. */
  readonly limited: string;
  /** The sentence that says so. */
  readonly says: string;
}

const SECOND_MS = 1000;

/** To be called once, before limiters are made. */
export async function prepareLimits(app: App): Promise<void> {
  await app.register(rateLimit, { global: false });
}

export function limiter(app: App, { perSecond, of, limited, says }: LimitOptions): Limiter {
  const ask = app.createRateLimit({
    max: perSecond,
    timeWindow: SECOND_MS,
    keyGenerator: of,
  });
  const refuse = (waitSeconds: number): never => {
    const retryAfterSeconds = Math.max(1, waitSeconds);
    throw new DoorFault('rate_limited', `${says} Ask again in ${retryAfterSeconds} s.`, {
      limited,
      perSecond,
      retryAfterSeconds,
    });
  };
  return {
    count: async (request) => {
      const counted = await ask(request);
      if (!counted.isAllowed && counted.isExceeded) refuse(counted.ttlInSeconds);
    },
    check: async (request) => {
      const counted = await ask(request, { increment: false });
      if (!counted.isAllowed && counted.remaining === 0) refuse(counted.ttlInSeconds);
    },
  };
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** The address that a request came from; of IPv6 the network, for whoever has one address there has 2^64. */
export const addressOf = ({ ip }: FastifyRequest): string =>
  ip.includes(':') ? (MAPPED.exec(ip)?.[1] ?? normalizeIP(ip)) : ip;
