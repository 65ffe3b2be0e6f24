/**
 * Who is let in: how often an address may ask, whose key it is, what the key may do, how often the key may ask; in this
 * order.
 *
 * A right key is let in however many wrong ones came from the same address: nobody is locked out by somebody who
 * guesses beside them, and 256 random bits need no protection from being guessed. Beyond a few wrong ones a second,
 * they are answered shortly and not logged.
 *
 * Not `@fastify/bearer-auth`: it knows right and wrong alone, neither whose key it is nor why it is not taken, and
 * always calls on by a promise.
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
  /** `null` lets everyone do everything: for a service that only its own machine can reach. */
  readonly keys: KeyRing | null;
  /** Requests a second of one key name, of one address; 0 is no limit. */
  readonly perKey: number;
  readonly perAddress: number;
  readonly clock?: Clock;
}

export const OPEN: Access = { keys: null, perKey: 0, perAddress: 0 };

/** Wrong keys a second from one address that are told what is wrong with them. */
const WRONG_PER_ADDRESS = 10;

const CHALLENGE = 'Bearer realm="stock-keeper"';
const HOW = 'Authorization: Bearer sk_… .';

declare module 'fastify' {
  interface FastifyRequest {
    /** The key that it came with, when it was let in with one. */
    stockKeeperKey: ApiKey | null;
  }
}

/** To be called before the routes are put on. */
export function guardByHost(app: App, auth: AuthHook): void {
  app.addHook('onRequest', async (request, reply) => {
    const { role = 'reader' } = request.routeOptions.config;
    // With hooks of the host to pass, a reply is not sent yet when it was given.
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

/** To be called before the routes are put on. */
export function guardDoor(app: App, { keys, perKey, perAddress, clock = systemClock }: Access): void {
  app.decorateRequest('stockKeeperKey', null);
  const addresses = perAddress === 0 ? null : new Limiter(perAddress, clock);
  const guard = keys === null ? null : new Guard(keys, perKey, clock);

  app.addHook('onRequest', (request, reply, done) => {
    // What no route takes is for those who may read.
    const { role = 'reader' } = request.routeOptions.config;
    if (role === 'supervisor') return done();
    if (addresses?.take(networkOf(request.ip)) === false) return done(tooOften('address', 'One address', addresses));
    if (role === 'public') return done();
    done((guard === null ? fromAnotherSite(request) : guard.refusal(request, reply, role)) ?? undefined);
  });
}

/**
 * Without keys, whoever sits at this machine may do everything, and a page of another site must not do it by their
 * browser.
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

  /** Why the request is not let in; `null` when it is, with `stockKeeperKey` set. */
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

/** The key in an `Authorization` header, if it can be one. */
function credential(header: string): string | null {
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1] ?? '';
  return isKey(token) ? token : null;
}

/** The rest of the second is the longest wait. */
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
