/**
 * Closes the server's connections. A connection must not delay the end for longer than its requests are worth.
 *
 * The states of a connection while the server closes:
 *   idle      between two requests
 *             → closed, at once
 *   silent    no request has arrived whole: the client connected ahead of time, or is slow to send its body
 *             → accepted (the request arrives after all) | closed, after a grace
 *   accepted  a request has arrived whole, its answer has not left
 *             → closed after the answer, however long that takes; the caller bounds it
 *   lingering its last answer has left, its client still sends
 *             → closed by its client, or soon
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import type { App } from '../door.ts';
import type { Lingering } from './lingering.ts';

/** How long a request may still take to arrive once closing has begun, milliseconds. */
const ARRIVAL_GRACE_MS = 1000;

export interface OpenConnection {
  /** The answers to the accepted requests, in order. There is at most one, unless the client sends requests ahead. */
  readonly accepted: FastifyReply[];
  /** The answer to the request whose head came last. */
  latest: ServerResponse | null;
}

export type OpenConnections = Map<Socket, OpenConnection>;

/** Call before the routes are put on. Keeps `open` up to date. */
export function closeBehindAnswers(app: App, open: OpenConnections, lingering: Lingering): void {
  let closing = false;
  let graceIsOver = false;
  let scheduled = false;

  const closeSilent = () => {
    for (const [socket, { accepted }] of open) {
      if (accepted.length === 0 && !lingering.has(socket)) socket.destroy();
    }
  };
  /** Runs once for all requests that are answered in one turn of the event loop. */
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
    // Close after the last accepted request. Closing earlier would cut off the answers to the others.
    const accepted = open.get(request.raw.socket)?.accepted ?? [];
    if (closing && (accepted.at(-1) === reply || !accepted.includes(reply))) reply.header('connection', 'close');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const accepted = open.get(request.raw.socket)?.accepted ?? [];
    const at = accepted.indexOf(reply);
    if (at !== -1) accepted.splice(at, 1);
    // The head of the answer may have left before closing began. The client would then keep the connection alive.
    if (closing) closeAnsweredSoon();
    done();
  });
}
