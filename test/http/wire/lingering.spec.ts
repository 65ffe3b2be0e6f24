/** Answers that leave before their requests have arrived, to clients that send to the end before they read. */
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { OPEN } from '../../../src/http/access/auth.ts';
import type { App } from '../../../src/http/door.ts';
import { Metrics } from '../../../src/http/metrics/metrics.ts';
import { putDoor } from '../../../src/http/put-door.ts';
import { buildServer } from '../../../src/http/server.ts';
import { LINGER_LIMITS, Lingering, type LingerLimits } from '../../../src/http/wire/lingering.ts';
import { KeyRing } from '../../../src/keys/key-ring.ts';
import { StandInKeeper } from '../stand-in.ts';

const MIB = 1_048_576;
const CHUNK = Buffer.alloc(65_536, 'x');
const CLIENTS = 60;
const FEWER = 20;
const PATIENT = { timeout: 30_000 };
const JSON_POST = 'POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

let app: FastifyInstance;
let guarded: FastifyInstance;
let host: FastifyInstance;
const port = ({ server }: FastifyInstance) => (server.address() as AddressInfo).port;

const NOBODY = { keys: new KeyRing('', []), perKey: 0, perAddress: 0 };

beforeAll(async () => {
  app = await buildServer({ keeper: new StandInKeeper(), logger: false });
  guarded = await buildServer({ keeper: new StandInKeeper(), logger: false, access: NOBODY });
  host = await hostOfDoor();
  await Promise.all([app, guarded, host].map((each) => each.listen({ host: '127.0.0.1', port: 0 })));
});
afterAll(() => Promise.all([app, guarded, host].map((each) => each.close())));

/** A server of somebody else, with the door in it. */
async function hostOfDoor(): Promise<FastifyInstance> {
  const host: App = fastify();
  await putDoor(host, {
    keeper: new StandInKeeper(),
    access: OPEN,
    metrics: new Metrics(),
    secureHeaders: {},
    unreadBytesMax: MIB,
    lingering: new Lingering(),
    defaultFreight: 0,
    newOrderId: () => 'made',
    isInHost: true,
    answersUnknown: false,
    documents: false,
  });
  return host;
}

/** Writes a head and `bytes` of anything after it, reads only then, and resolves with all that came until the connection was closed. */
async function sendThenRead(to: number, head: string, bytes: number): Promise<string> {
  const socket = await connected(to);
  socket.write(head);
  return rest(socket, bytes);
}

async function rest(socket: Socket, bytes: number): Promise<string> {
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (let left = bytes; left > 0 && !socket.destroyed; left -= CHUNK.length) {
    await written(socket, CHUNK.subarray(0, left));
    // The server, in this process too, has its turn between two pieces.
    await nextTurn();
  }
  const received = read(socket);
  await closed;
  return received();
}

async function connected(to: number): Promise<Socket> {
  const socket = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {}).pause();
  await once(socket, 'connect');
  return socket;
}

const written = (socket: Socket, bytes: Uint8Array | string) => new Promise((resolve) => socket.write(bytes, resolve));

/** Reads from now on, and ends its own side when the server has. */
function read(socket: Socket): () => string {
  let received = '';
  socket
    .on('end', () => socket.end())
    .on('data', (bytes) => {
      received += bytes.toString('latin1');
    });
  socket.resume();
  return () => received;
}

const statuses = (received: string) => received.match(/(?<=HTTP\/1\.1 )\d+/g)?.join(' ') ?? 'nothing';

/** What many at once were answered, each answer with how many got it. */
async function answersToMany(to: number, heads: (bytes: number) => string, clients = FEWER): Promise<object> {
  const each = Array.from({ length: clients }, (_, i) => MIB + 1 + Math.floor((i * 2 * MIB) / clients));
  const received = await Promise.all(each.map((bytes) => sendThenRead(to, heads(bytes), bytes)));
  const counted = Map.groupBy(received, statuses);
  return Object.fromEntries([...counted].map(([answer, of]) => [answer, of.length]));
}

describe('clients that send all before they read, many at once', () => {
  it('each gets its 413 when the body is too large', async () => {
    const heads = (bytes: number) => `${JSON_POST}Content-Length: ${bytes}\r\n\r\n`;
    expect(await answersToMany(port(app), heads, CLIENTS)).toEqual({ 413: CLIENTS });
  });

  it('each gets its 413 when the body turns out too large only as it comes', async () => {
    const heads = (bytes: number) => `${JSON_POST}Transfer-Encoding: chunked\r\n\r\n${bytes.toString(16)}\r\n`;
    expect(await answersToMany(port(app), heads)).toEqual({ 413: FEWER });
  });

  it('each gets its 431 when the head is too large', async () => {
    expect(await answersToMany(port(app), () => 'GET / HTTP/1.1\r\nHost: x\r\nX-Large: ')).toEqual({
      431: FEWER,
    });
  });

  it('each gets its 400 when it is not HTTP', async () => {
    expect(await answersToMany(port(app), () => 'BROKEN\r\n\r\n')).toEqual({ 400: FEWER });
  });

  it('each gets its 401 when it is not let in', async () => {
    const heads = (bytes: number) => `${JSON_POST}Content-Length: ${bytes}\r\n\r\n`;
    expect(await answersToMany(port(guarded), heads)).toEqual({ 401: FEWER });
  });

  it('each gets its 413 from a host, too', async () => {
    const heads = (bytes: number) => `${JSON_POST}Content-Length: ${bytes}\r\n\r\n`;
    expect(await answersToMany(port(host), heads)).toEqual({ 413: FEWER });
  });

  it('each gets its 408 when it comes too late', async () => {
    const hasty = await buildServer({ keeper: new StandInKeeper(), logger: false });
    onTestFinished(() => hasty.close());
    Object.assign(hasty.server, { requestTimeout: 1, headersTimeout: 1 });
    await hasty.listen({ host: '127.0.0.1', port: 0 });
    let late = 0;
    hasty.server.on('clientError', () => {
      late += 1;
    });
    const sockets = await Promise.all(Array.from({ length: FEWER }, () => connected(port(hasty))));
    for (const socket of sockets) socket.write(`${JSON_POST}Content-Length: ${MIB}\r\n\r\n{`);
    await expect.poll(() => late, PATIENT).toBe(FEWER);
    const received = await Promise.all(sockets.map((socket) => rest(socket, MIB)));
    expect(received.map(statuses)).toEqual(sockets.map(() => '408'));
  });
});

describe('a client that sends for ever', () => {
  /** Sends piece after piece, reads nothing, and resolves when it is cut off. */
  async function sendForEver(linger: Partial<LingerLimits>, next: () => Promise<unknown>): Promise<void> {
    const server = await buildServer({
      keeper: new StandInKeeper(),
      logger: false,
      limits: { linger: { ...LINGER_LIMITS, ...linger } },
    });
    onTestFinished(() => server.close());
    await server.listen({ host: '127.0.0.1', port: 0 });
    const socket = await connected(port(server));
    socket.write(`${JSON_POST}Content-Length: ${2 ** 40}\r\n\r\n`);
    while (!socket.destroyed) {
      await written(socket, CHUNK);
      await next();
    }
    await expect.poll(() => connectionsOf(server), PATIENT).toBe(0);
  }
  const never = 2 ** 30;

  it('is cut off when it has sent what is let go of', async () => {
    await sendForEver({ ms: never, idleMs: never }, () => nextTurn());
  });

  it('is cut off when its time is over', async () => {
    await sendForEver({ ms: 100, idleMs: never, bytesMax: Number.POSITIVE_INFINITY }, () => pause(5));
  });

  it('is cut off when it stops and does not close', async () => {
    await sendForEver({ ms: never, idleMs: 100 }, () => pause(500));
  });

  it('does not hold up the way out of the server', async () => {
    const server = await buildServer({ keeper: new StandInKeeper(), logger: false });
    await server.listen({ host: '127.0.0.1', port: 0 });
    const socket = await connected(port(server));
    onTestFinished(() => {
      socket.destroy();
    });
    await written(socket, `${JSON_POST}Content-Length: ${2 * MIB}\r\n\r\n`);
    socket.resume();
    await once(socket, 'end');
    await server.close();
  });
});

const connectionsOf = ({ server }: FastifyInstance) =>
  new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count ?? 0)));

describe('an answer that leaves before a short body', () => {
  it('keeps the connection', async () => {
    const socket = await connected(port(guarded));
    const received = read(socket);
    for (let n = 1; n <= 3; n++) {
      await written(socket, `${JSON_POST}Content-Length: ${MIB}\r\n\r\n`);
      await expect.poll(() => statuses(received()), PATIENT).toBe(Array(n).fill('401').join(' '));
      await written(socket, Buffer.alloc(MIB));
    }
    expect(received()).not.toContain('close');
    socket.destroy();
  });

  it('is the only one when the body never comes', async () => {
    const hasty = await buildServer({ keeper: new StandInKeeper(), logger: false, access: NOBODY });
    onTestFinished(() => hasty.close());
    await hasty.listen({ host: '127.0.0.1', port: 0 });
    const socket = await connected(port(hasty));
    const closed = once(socket, 'close');
    const received = read(socket);
    await written(socket, `${JSON_POST}Content-Length: 10\r\n\r\n`);
    await expect.poll(() => statuses(received()), PATIENT).toBe('401');
    Object.assign(hasty.server, { requestTimeout: 1, headersTimeout: 1 });
    await closed;
    expect(statuses(received())).toBe('401');
  });
});

describe('a client that asks before it sends its body', () => {
  const asks = (length: number) => `${JSON_POST}Expect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`;

  it.each([
    ['is told at once that the body is too large', () => app, MIB + 1, '413'],
    ['is told at once that it is not let in', () => guarded, 10, '401'],
  ])('%s', async (_what, server, length, status) => {
    const socket = await connected(port(server()));
    const closed = once(socket, 'close');
    const received = read(socket);
    await written(socket, asks(length));
    await closed;
    expect(statuses(received())).toBe(status);
  });

  it('is told to go on when the body will be read', async () => {
    const body = JSON.stringify({ lines: [{ skuId: 'A', quantity: 1 }] });
    const socket = await connected(port(app));
    const received = read(socket);
    await written(socket, asks(body.length));
    await expect.poll(() => statuses(received()), PATIENT).toBe('100');
    await written(socket, body);
    await expect.poll(() => statuses(received()), PATIENT).toBe('100 200');
    socket.destroy();
  });
});
