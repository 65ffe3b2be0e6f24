/**
 * The way out of the server, which its connections must not hold up for longer than their requests are worth.
 *
 * A connection is, while the server closes,
 *   idle      between two requests                            → closed, at once
 *   silent    no request has come whole: a client that connected ahead of time, or dawdles over its body
 *                                                             → accepted (the request comes after all) | closed, after a grace
 *   accepted  a request has come whole, its answer has not left → closed behind the answer, however long that takes: the caller's to bound
 */
import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { App } from './door.ts';

/** How long a request may still take to arrive once closing has begun, milliseconds. */
const ARRIVAL_GRACE_MS = 1000;

/** To be called before the routes are put on. */
export function closeBehindAnswers(app: App): void {
  /** The open connections, each with the requests accepted on it. */
  const open = new Map<Socket, Set<FastifyRequest>>();
  let closing = false;
  let graceIsOver = false;
  let scheduled = false;

  const closeSilent = () => {
    for (const [socket, accepted] of open) if (accepted.size === 0) socket.destroy();
  };
  /** Once for all that are answered in one turn of the event loop. */
  const closeAnsweredSoon = () => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (graceIsOver) closeSilent();
      else app.server.closeIdleConnections();
    });
  };

  app.server.on('connection', (socket) => {
    open.set(socket, new Set());
    socket.once('close', () => open.delete(socket));
  });
  app.addHook('preClose', (done) => {
    closing = true;
    const grace = setTimeout(() => {
      graceIsOver = true;
      closeSilent();
    }, ARRIVAL_GRACE_MS);
    grace.unref();
    done();
  });
  app.addHook('preValidation', (request, _reply, done) => {
    open.get(request.raw.socket)?.add(request);
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close');
    done();
  });
  app.addHook('onResponse', (request, _reply, done) => {
    open.get(request.raw.socket)?.delete(request);
    // Its head may have left before closing began: the connection would be kept alive, until its client lets go of it.
    if (closing) closeAnsweredSoon();
    done();
  });
}
