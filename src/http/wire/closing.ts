/**
 * The way out of the server, which its connections must not hold up for longer than their requests are worth.
 *
 * A connection is, while the server closes,
 *   idle      between two requests                            → closed, at once
 *   silent    no request has come whole: a client that connected ahead of time, or dawdles over its body
 *                                                             → accepted (the request comes after all) | closed, after
 *                                                             a grace
 *   accepted  a request has come whole, its answer has not left → closed behind the answer, however long that takes:
 *             the caller's to bound
 *   lingering its last answer has left, its client still sends  → closed by its client, or soon
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import type { App } from '../door.ts';
import type { Lingering } from './lingering.ts';

/** How long a request may still take to arrive once closing has begun, milliseconds. */
const ARRIVAL_GRACE_MS = 1000;

export interface OpenConnection {
  /** The answers to the requests accepted on it, in their order: one at most, unless its client sends ahead. */
  readonly accepted: FastifyReply[];
  /** To the request whose head came last. */
  latest: ServerResponse | null;
}

export type OpenConnections = Map<Socket, OpenConnection>;

/** To be called before the routes are put on. Keeps `open` up to date. */
export function closeBehindAnswers(app: App, open: OpenConnections, lingering: Lingering): void {
  let closing = false;
  let graceIsOver = false;
  let scheduled = false;

  const closeSilent = () => {
    for (const [socket, { accepted }] of open) {
      if (accepted.length === 0 && !lingering.has(socket)) socket.destroy();
    }
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
    open.set(socket, { accepted: [], latest: null });
    socket.once('close', () => open.delete(socket));
    lingering.watch(socket);
  });
  app.server.on('request', ({ socket }, response) => {
    const connection = open.get(socket);
    if (connection !== undefined) connection.latest = response;
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
  app.addHook('preValidation', (request, reply, done) => {
    open.get(request.raw.socket)?.accepted.push(reply);
    done();
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    // Behind the last of those that were accepted: the answers to others would be cut off.
    const accepted = open.get(request.raw.socket)?.accepted ?? [];
    if (closing && (accepted.at(-1) === reply || !accepted.includes(reply))) reply.header('connection', 'close');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const accepted = open.get(request.raw.socket)?.accepted ?? [];
    const at = accepted.indexOf(reply);
    if (at !== -1) accepted.splice(at, 1);
    // Its head may have left before closing began: the connection would be kept alive, until its client lets go of it.
    if (closing) closeAnsweredSoon();
    done();
  });
}
