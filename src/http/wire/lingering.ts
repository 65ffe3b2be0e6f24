/**
 * Answers reach clients that are still sending. The kernel resets a connection that is closed with bytes unread, and a
 * reset takes away what the client has not read yet: so a connection is closed as nginx closes it, lingering.
 *
 * A connection that is to be closed is
 *   ending     its answer is being handed to the kernel; what comes is dropped already
 *   lingering  our side is closed, the client's not yet: what comes is dropped → closed, when the client closes its
 *              side or a bound is reached Until it is closed it is an open connection like any other.
 */
import { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BODY_MAX } from '../../api/fields.ts';
import type { App } from '../door.ts';

export interface LingerLimits {
  /** From the end of the answer, milliseconds. */
  readonly ms: number;
  /** With nothing coming, milliseconds. */
  readonly idleMs: number;
  /** The same, while the server closes. */
  readonly closingMs: number;
  /** What is dropped. */
  readonly bytesMax: number;
}

/** Times as nginx has them: a slow line needs half a minute to send what it has begun. */
export const LINGER_LIMITS: LingerLimits = { ms: 30_000, idleMs: 5000, closingMs: 1000, bytesMax: 16 * BODY_MAX };

export class Lingering {
  readonly #limits: LingerLimits;
  /** The end of each by time; `null` while its answer is being handed over. */
  readonly #ends = new Map<Socket, NodeJS.Timeout | null>();
  #isClosing = false;

  constructor(limits: LingerLimits = LINGER_LIMITS) {
    this.#limits = limits;
  }

  /** Whatever closes this connection behind an answer lets it linger from now on. Safe to call twice. */
  watch(socket: Socket): void {
    // Node's server closes by this, and by this alone, when an answer was the last.
    socket.destroySoon = () => this.close(socket);
  }

  /** Closes a connection behind what was written to it. */
  close(socket: Socket): void {
    if (socket.destroyed || this.#ends.has(socket)) return;
    this.#ends.set(socket, null);
    socket.once('close', () => {
      clearTimeout(this.#ends.get(socket) ?? undefined);
      this.#ends.delete(socket);
    });
    let dropped = 0;
    // The parser is let go of: what comes behind the last answer is no request.
    socket.removeAllListeners('data');
    socket.on('data', (bytes) => {
      dropped += bytes.length;
      if (dropped > this.#limits.bytesMax) socket.destroy();
    });
    socket.resume();
    socket.end(() => this.#await(socket));
  }

  /** Whether the connection is being closed: nothing more can be said on it. */
  has(socket: Socket): boolean {
    return this.#ends.has(socket);
  }

  /** From now on the server closes, and waits for nobody's end for long. */
  hurry(): void {
    this.#isClosing = true;
    for (const [socket, end] of this.#ends) if (end !== null) this.#await(socket);
  }

  /** Its answer has been handed over. */
  #await(socket: Socket): void {
    if (socket.destroyed) return;
    const { ms, idleMs, closingMs } = this.#limits;
    clearTimeout(this.#ends.get(socket) ?? undefined);
    this.#ends.set(socket, setTimeout(() => socket.destroy(), this.#isClosing ? closingMs : ms).unref());
    socket.setTimeout(idleMs, () => socket.destroy());
  }
}

/**
 * To be called before the routes are put on. A body that is not read and may be long, or has no length at all, is not
 * waited for to keep its connection: the answer says that it is the last, and the connection lingers. In a host, only
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
