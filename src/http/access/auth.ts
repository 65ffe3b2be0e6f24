/**
 * Decides which requests are let in. It checks in this order: how often the address may ask, whether the key is known,
 * what the key may do, how often the key may ask.
 *
 * A right key is let in however many wrong keys came from the same address. Nobody is locked out because somebody else
 * guesses from the same address, and 256 random bits need no protection from guessing. Wrong keys beyond a few a second
 * get a short answer and are not logged.
 *
 * `@fastify/bearer-auth` is not used. It knows only right and wrong, neither whose key it is nor why it is refused, and
 * it always continues through a promise.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DoorFault } from '../../api/problems/problems.ts';
import { type ApiKey, digestOf, isExpired, isKey, mayDo, type Role } from '../../keys/api-key.ts';
import type { KeyRing } from '../../keys/key-ring.ts';
import { type Clock, systemClock } from '../../lib/clock.ts';
import type { App } from '../door.ts';
import type { AuthHook } from './auth-hook.ts';
import { Limiter, networkOf } from './rate-limits.ts';

export interface Access {
  /** `null` lets everyone do everything. This is for a service that only its own machine can reach. */
  readonly keys: KeyRing | null;
  /** Requests a second from one key name and from one address; 0 is no limit. */
  readonly perKey: number;
  readonly perAddress: number;
  readonly clock?: Clock;
}

export const OPEN: Access = { keys: null, perKey: 0, perAddress: 0 };

/** This many wrong keys a second from one address are told what is wrong with them. */
const WRONG_PER_ADDRESS = 10;

const CHALLENGE = 'Bearer realm="stock-keeper"';
const HOW = 'Authorization: Bearer sk_… .';

declare module 'fastify' {
  interface FastifyRequest {
    /** The key that the request was let in with, if any. */
    stockKeeperKey: ApiKey | null;
  }
}

/** Call before the routes are put on. */
export function guardByHost(app: App, auth: AuthHook): void {
  app.addHook('onRequest', async (request, reply) => {
    const { role = 'reader' } = request.routeOptions.config;
    // If hooks of the host still have to run on a reply that was given, it is not sent yet.
    let isAnswered = false;
    const send = reply.send;
    reply.send = (payload) => {
      isAnswered = true;
      return send.call(reply, payload);
    };
    const decision = await auth(request, role, reply);
    reply.send = send;
    if (isAnswered || reply.sent) return reply;
    if (decision === true) return undefined;
    if (decision === 'unauthorized')
      throw new DoorFault('unauthorized', 'Say who you are, in the way that this server asks for it.');
    throw new DoorFault('forbidden', `This needs the role ${role}.`, { needed: role });
  });
}

/** Call before the routes are put on. */
export function guardDoor(app: App, { keys, perKey, perAddress, clock = systemClock }: Access): void {
  app.decorateRequest('stockKeeperKey', null);
  const addresses = perAddress === 0 ? null : new Limiter(perAddress, clock);
  const guard = keys === null ? null : new Guard(keys, perKey, clock);

  app.addHook('onRequest', (request, reply, done) => {
    // An unknown path needs the role `reader`.
    const { role = 'reader' } = request.routeOptions.config;
    if (role === 'supervisor') return done();
    if (addresses?.take(networkOf(request.ip)) === false) return done(tooOften('address', 'One address', addresses));
    if (role === 'public') return done();
    done((guard === null ? fromAnotherSite(request) : guard.refusal(request, reply, role)) ?? undefined);
  });
}

/**
 * Without keys, anyone at this machine may do everything. A page of another site must not do it through their browser.
 */
function fromAnotherSite({ method, headers }: FastifyRequest): DoorFault | null {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none' || method === 'GET' || method === 'HEAD')
    return null;
  return new DoorFault('forbidden', 'A page of another site may change nothing here.', { site });
}

class Guard {
  readonly #keys: KeyRing;
  readonly #clock: Clock;
  readonly #perKey: Limiter | null;
  readonly #wrong: Limiter;

  constructor(keys: KeyRing, perKey: number, clock: Clock) {
    this.#keys = keys;
    this.#clock = clock;
    this.#perKey = perKey === 0 ? null : new Limiter(perKey, clock);
    this.#wrong = new Limiter(WRONG_PER_ADDRESS, clock);
  }

  /** Why the request is not let in. `null` lets it in and sets `stockKeeperKey`. */
  refusal(request: FastifyRequest, reply: FastifyReply, needed: Role): DoorFault | null {
    const key = this.#identify(request, reply);
    if (key instanceof DoorFault) return key;
    const { name, role } = key;
    if (!mayDo(role, needed)) {
      const detail = `This needs a key of role ${needed}; the key "${name}" has role ${role}.`;
      return new DoorFault('forbidden', detail, { role, needed });
    }
    request.stockKeeperKey = key;
    return this.#perKey?.take(name) === false ? tooOften('key', 'One API key', this.#perKey) : null;
  }

  #identify(request: FastifyRequest, reply: FastifyReply): ApiKey | DoorFault {
    const { authorization } = request.headers;
    if (authorization === undefined) {
      reply.header('www-authenticate', CHALLENGE);
      return new DoorFault('unauthorized', `Send an API key: ${HOW}`);
    }
    const sent = credential(authorization);
    const key = sent === null ? null : this.#keys.find(digestOf(sent));
    if (key === null) {
      const why =
        sent === null
          ? `The Authorization header holds no API key. Send one: ${HOW}`
          : 'The API key is not known. It may have been removed.';
      return this.#wrongKey(request, reply, why);
    }
    if (isExpired(key, this.#clock())) {
      return this.#wrongKey(request, reply, `The API key "${key.name}" expired at ${key.expiresAt}. Make a new one.`);
    }
    return key;
  }

  #wrongKey(request: FastifyRequest, reply: FastifyReply, detail: string): DoorFault {
    if (!this.#wrong.take(networkOf(request.ip))) return tooManyWrong(this.#wrong);
    reply.header('www-authenticate', `${CHALLENGE}, error="invalid_token"`);
    request.log.warn({ remoteAddress: request.ip, reason: detail }, 'API key refused');
    return new DoorFault('unauthorized', detail);
  }
}

/** The key in an `Authorization` header, or `null` if it cannot be one. */
function credential(header: string): string | null {
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1] ?? '';
  return isKey(token) ? token : null;
}

/** The longest wait is the rest of the current second. */
const AGAIN = { retryAfterSeconds: 1 };

const tooOften = (limited: 'address' | 'key', who: string, { perSecond }: Limiter): DoorFault =>
  new DoorFault('rate_limited', `${who} may ask ${perSecond} times a second. Ask again in 1 s.`, {
    limited,
    perSecond,
    ...AGAIN,
  });

const tooManyWrong = ({ perSecond }: Limiter): DoorFault =>
  new DoorFault('rate_limited', 'Too many wrong API keys came from this address. Ask again in 1 s.', {
    limited: 'wrong_keys',
    perSecond,
    ...AGAIN,
  });
