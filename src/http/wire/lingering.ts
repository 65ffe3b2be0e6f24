/**
 * Lets answers reach clients that are still sending. When a connection is closed with unread bytes, the kernel resets
 * it, and a reset discards what the client has not read yet. So a connection is closed as nginx closes it, by
 * lingering.
 *
 * The states of a connection that is to be closed:
 *   ending     its answer is being handed to the kernel; what arrives is already dropped
 *   lingering  our side is closed, the client's is not; what arrives is dropped
 *              → closed, when the client closes its side or a bound is reached
 * Until it is closed, it is an open connection like any other.
 */
import { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BODY_MAX } from '../../api/fields.ts';
import type { App } from '../door.ts';

export interface LingerLimits {
  /** Milliseconds from the end of the answer. */
  readonly ms: number;
  /** Milliseconds in which nothing arrives. */
  readonly idleMs: number;
  /** Milliseconds from the end of the answer, while the server closes. */
  readonly closingMs: number;
  /** The most bytes that are dropped. */
  readonly bytesMax: number;
}

/** The times are those of nginx. A slow line needs half a minute to send what it has begun. */
export const LINGER_LIMITS: LingerLimits = { ms: 30_000, idleMs: 5000, closingMs: 1000, bytesMax: 16 * BODY_MAX };

export class Lingering {
  readonly #limits: LingerLimits;
  /** The timer that ends each connection; `null` while its answer is being handed over. */
  readonly #ends = new Map<Socket, NodeJS.Timeout | null>();
  #isClosing = false;

  constructor(limits: LingerLimits = LINGER_LIMITS) {
    this.#limits = limits;
  }

  /** From now on this connection lingers when something closes it after an answer. Safe to call twice. */
  watch(socket: Socket): void {
    // Node's server closes a connection after its last answer by this method alone.
    socket.destroySoon = () => this.close(socket);
  }

  /** Closes a connection after everything that was written to it. */
  close(socket: Socket): void {
    if (socket.destroyed || this.#ends.has(socket)) return;
    this.#ends.set(socket, null);
    socket.once('close', () => {
      clearTimeout(this.#ends.get(socket) ?? undefined);
      this.#ends.delete(socket);
    });
    let dropped = 0;
    // The parser is detached: what arrives after the last answer is not a request.
    socket.removeAllListeners('data');
    socket.on('data', (bytes) => {
      dropped += bytes.length;
      if (dropped > this.#limits.bytesMax) socket.destroy();
    });
    socket.resume();
    socket.end(() => this.#await(socket));
  }

  /** Whether the connection is being closed. Nothing more can be sent on it. */
  has(socket: Socket): boolean {
    return this.#ends.has(socket);
  }

  /** Tells that the server closes. No connection is waited for long from now on. */
  hurry(): void {
    this.#isClosing = true;
    for (const [socket, end] of this.#ends) if (end !== null) this.#await(socket);
  }

  /** Starts the bounds after the answer has been handed over. */
  #await(socket: Socket): void {
    if (socket.destroyed) return;
    const { ms, idleMs, closingMs } = this.#limits;
    clearTimeout(this.#ends.get(socket) ?? undefined);
    this.#ends.set(socket, setTimeout(() => socket.destroy(), this.#isClosing ? closingMs : ms).unref());
    socket.setTimeout(idleMs, () => socket.destroy());
  }
}

/**
 * Call before the routes are put on. A connection is not kept for the sake of a body that is not read and that may be
 * long or has no stated length. The answer then says that it is the last, and the connection lingers. In a host, only
 * connections that carry our requests are watched.
 */
export function lingerBehind(app: App, lingering: Lingering): void {
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    if (raw.httpVersionMajor === 1 && raw.socket instanceof Socket) lingering.watch(raw.socket);
    done();
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    lastIfMuchIsToCome(request, reply);
    done();
  });
  app.addHook('preClose', (done) => {
    lingering.hurry();
    done();
  });
}

export function lastIfMuchIsToCome({ raw }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { 'transfer-encoding': encoding, 'content-length': length } = raw.headers;
  const isLong = encoding !== undefined || Number(length ?? 0) > BODY_MAX;
  return isLong && !raw.complete ? reply.header('connection', 'close') : reply;
}
