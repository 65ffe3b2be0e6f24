/**
 * Who is let in: how often an address may ask, whose key it is, what the key may do, how often the key may ask; in this order.
 *
 * A connection is, for the counting of wrong keys,
 *   unknown  it has not shown a key that is right: it waits its turn, and is sent away unheard while too many wrong ones came from its address
 *   known    it has: it is always heard, so that somebody who guesses behind the same address locks nobody out
 */
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ApiKey, digestOf, isKey, mayDo } from '../keys/api-key.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import type { App } from './door.ts';
import { DoorFault } from './problems.ts';
import { addressOf, type Limiter, limiter, prepareLimits } from './rate-limits.ts';

export interface Access {
  /** `null` lets everyone do everything: for a service that only its own machine can reach. */
  readonly keys: KeyRing | null;
  /** Requests a second of one key name, of one address; 0 is no limit. */
  readonly perKey: number;
  readonly perAddress: number;
  readonly clock?: Clock;
}

export const OPEN: Access = { keys: null, perKey: 0, perAddress: 0 };

/** Wrong keys a second from one address; then none of its unknown connections is heard. */
const WRONG_PER_ADDRESS = 10;

const CHALLENGE = 'Bearer realm="stock-keeper"';

declare module 'fastify' {
  interface FastifyRequest {
    /** The key that it came with, when it was let in with one. */
    apiKey: ApiKey | null;
  }
}

/** To be called before the routes are put on. */
export async function guardDoor(app: App, { keys, perKey, perAddress, clock = systemClock }: Access): Promise<void> {
  await prepareLimits(app);
  app.decorateRequest('apiKey', null);
  const ofAddress = perAddress === 0 ? null : addressLimiter(app, perAddress);
  const ofKey = perKey === 0 || keys === null ? null : keyLimiter(app, perKey);
  const identify = keys === null ? null : identifier(app, keys, clock);
  if (ofAddress === null && identify === null) return;

  app.addHook('onRequest', async (request, reply) => {
    // What no route takes is for those who may read.
    const { role = 'reader' } = request.routeOptions.config;
    if (role === 'supervisor') return;
    if (ofAddress !== null) await ofAddress.count(request);
    if (identify === null || role === 'public') return;
    const key = await identify(request, reply);
    if (!mayDo(key.role, role)) {
      throw new DoorFault(
        'forbidden',
        `This needs a key of role ${role}; the key "${key.name}" has role ${key.role}.`,
        { role: key.role, needed: role },
      );
    }
    request.apiKey = key;
    if (ofKey !== null) await ofKey.count(request);
  });
}

const addressLimiter = (app: App, perSecond: number): Limiter =>
  limiter(app, {
    perSecond,
    of: addressOf,
    limited: 'address',
    says: `One address may ask ${perSecond} times a second.`,
  });

const keyLimiter = (app: App, perSecond: number): Limiter =>
  limiter(app, {
    perSecond,
    of: ({ apiKey }) => apiKey?.name ?? '',
    limited: 'key',
    says: `One API key may ask ${perSecond} times a second.`,
  });

/** From a request to its key. Throws `DoorFault` `unauthorized` or `rate_limited`. */
function identifier(app: App, keys: KeyRing, clock: Clock) {
  const wrong = limiter(app, {
    perSecond: WRONG_PER_ADDRESS,
    of: addressOf,
    limited: 'wrong_keys',
    says: 'Too many wrong API keys came from this address.',
  });
  const known = new WeakSet<Socket>();
  /** The last attempt of each unknown connection: those that arrive together are heard one after another, each seeing what became of those before. */
  const turns = new WeakMap<Socket, Promise<unknown>>();

  const refuse = (request: FastifyRequest, reply: FastifyReply, detail: string): never => {
    reply.header('www-authenticate', `${CHALLENGE}, error="invalid_token"`);
    request.log.warn({ remoteAddress: request.ip, reason: detail }, 'API key refused');
    throw new DoorFault('unauthorized', detail);
  };

  const attempt = async (request: FastifyRequest, reply: FastifyReply, header: string): Promise<ApiKey> => {
    const { socket } = request.raw;
    if (!known.has(socket)) await wrong.check(request);
    const sent = credential(header);
    const key = sent === null ? null : keys.find(digestOf(sent));
    if (key !== null && !isOver(key, clock())) {
      known.add(socket);
      return key;
    }
    await wrong.count(request);
    if (sent === null) return refuse(request, reply, 'What was sent is not an API key: Authorization: Bearer sk_… .');
    if (key === null) return refuse(request, reply, 'The API key is not known. It may have been removed.');
    return refuse(request, reply, `The API key "${key.name}" expired at ${key.expiresAt}. Make a new one.`);
  };

  return (request: FastifyRequest, reply: FastifyReply): Promise<ApiKey> => {
    const { authorization } = request.headers;
    if (authorization === undefined) {
      reply.header('www-authenticate', CHALLENGE);
      throw new DoorFault('unauthorized', 'Send an API key: Authorization: Bearer sk_… .');
    }
    const { socket } = request.raw;
    if (known.has(socket)) return attempt(request, reply, authorization);
    const turn = (turns.get(socket) ?? Promise.resolve()).then(() => attempt(request, reply, authorization));
    turns.set(
      socket,
      turn.catch(() => {}),
    );
    return turn;
  };
}

/** The key in an `Authorization` header, if it can be one. */
function credential(header: string): string | null {
  const [, token = ''] = /^Bearer +(\S+)$/i.exec(header) ?? [];
  return isKey(token) ? token : null;
}

const isOver = ({ expiresAt }: ApiKey, now: number): boolean => expiresAt !== null && Date.parse(expiresAt) <= now;
