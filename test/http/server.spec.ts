/** The server around the routes: request ids, the log, chunked bodies, closing. */
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import type { LoggerOption } from '../../src/http/log.ts';
import { buildServer } from '../../src/http/server.ts';
import { line, post } from './request-texts.ts';
import { StandInKeeper } from './stand-in.ts';

let close: (() => Promise<unknown>) | null = null;
afterEach(async () => {
  await close?.();
  close = null;
});

async function server(logger: LoggerOption = false) {
  const keeper = new StandInKeeper();
  const app = await buildServer({ keeper, logger });
  close = () => app.close();
  return { app, keeper };
}

/** A destination of pino that keeps the lines. */
class Lines {
  readonly lines: Record<string, unknown>[] = [];
  write(text: string): void {
    this.lines.push(JSON.parse(text) as Record<string, unknown>);
  }
}

const DEBUG = 20;
const WARN = 40;
const ERROR = 50;

describe('a request id', () => {
  it('is the one that the client sent', async () => {
    const { app } = await server();
    const { headers } = await app.inject({ url: '/skus/A', headers: { 'x-request-id': 'from-client' } });
    expect(headers['x-request-id']).toBe('from-client');
  });

  it.each(['', 'a b', 'ä', 'a'.repeat(129)])('is made when the client sends %j', async (sent) => {
    const { app } = await server();
    const { headers } = await app.inject({ url: '/health/live', headers: { 'x-request-id': sent } });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is in the problem and in every line of the log, also for a URL that cannot be decoded', async () => {
    const log = new Lines();
    const { app, keeper } = await server({ level: 'debug', stream: log });
    keeper.fails = new Error('broken');
    for (const [url, instance] of [
      ['/skus/A', '/skus/A'],
      ['/nothing', '/nothing'],
      ['/skus/%zz', '/skus/%25zz'],
    ]) {
      const { headers, json } = await app.inject({ url: url ?? '', headers: { 'x-request-id': 'mine' } });
      expect(headers['x-request-id']).toBe('mine');
      expect(json()).toMatchObject({ requestId: 'mine', instance });
    }
    await expect.poll(() => log.lines.length).toBeGreaterThanOrEqual(3);
    expect(log.lines.map(({ requestId }) => requestId)).toEqual(log.lines.map(() => 'mine'));
  });
});

describe.each([
  ['options of a logger', (log: Lines): LoggerOption => ({ level: 'debug', stream: log })],
  ['a logger', (log: Lines): LoggerOption => pino({ level: 'debug' }, log)],
])('with %s', (_name, logger) => {
  it('requests are logged by how they ended', async () => {
    const log = new Lines();
    const { app, keeper } = await server(logger(log));
    await app.inject('/skus/A');
    await app.inject('/nothing');
    keeper.outcome = { kind: 'overloaded', retryAfterSeconds: 1 };
    await app.inject('/skus/A');
    keeper.fails = new Error('broken inside');
    await app.inject('/skus/A');
    await expect.poll(() => log.lines.length).toBe(5);
    expect(log.lines.map(({ level, msg }) => [level, msg])).toEqual([
      [DEBUG, 'request completed'],
      [DEBUG, 'request completed'],
      [WARN, 'request sent away'],
      [ERROR, 'internal error'],
      [ERROR, 'request failed'],
    ]);
    expect(log.lines[0]).toMatchObject({ req: { method: 'GET', url: '/skus/A' }, res: { statusCode: 200 } });
    expect(log.lines[3]).toMatchObject({ err: { message: 'broken inside' } });
  });

  it('secrets stay out of the log', async () => {
    const log = new Lines();
    const { app, keeper } = await server(logger(log));
    keeper.fails = new Error('broken');
    const secrets = { authorization: 'Bearer s3cret', cookie: 'sid=s3cret', 'idempotency-key': 's3cret' };
    await app.inject({ ...post('/orders', { lines: [line], customerId: 's3cret' }), headers: secrets });
    await app.inject(post('/orders/O-1/cancel', {}, secrets));
    await expect.poll(() => log.lines.length).toBeGreaterThanOrEqual(3);
    expect(JSON.stringify(log.lines)).not.toContain('s3cret');
  });
});

describe('a slow client', () => {
  it('has 15 seconds for a request, and is cut after two minutes of silence', async () => {
    const { app } = await server();
    // Node gives a body the longer one of the first two.
    expect(app.server).toMatchObject({ requestTimeout: 15_000, headersTimeout: 15_000 });
    expect(app.server).toMatchObject({ timeout: 120_000, keepAliveTimeout: 72_000 });
  });
});

describe('over a socket', () => {
  async function listening() {
    const { app, keeper } = await server();
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    const received = { text: '' };
    socket.on('data', (chunk: string) => {
      received.text += chunk;
    });
    socket.on('error', () => {});
    return { app, keeper, socket, received };
  }

  const POST =
    'POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';

  it('a body without a length is refused once it is too large', async () => {
    const { socket, received } = await listening();
    socket.write(POST);
    const chunk = `${(65_536).toString(16)}\r\n${' '.repeat(65_536)}\r\n`;
    for (let sent = 0; sent < 17; sent++) socket.write(chunk);
    await expect.poll(() => received.text).toContain('"code":"body_too_large"');
    socket.destroy();
  });

  it('a character cut in two by the chunks stays whole', async () => {
    const { keeper, socket, received } = await listening();
    const body = Buffer.from(JSON.stringify({ id: '😀', lines: [line] }));
    const cut = body.indexOf(0xf0) + 2;
    socket.write(POST);
    for (const part of [body.subarray(0, cut), body.subarray(cut)]) {
      socket.write(`${part.length.toString(16)}\r\n`);
      socket.write(part);
      socket.write('\r\n');
    }
    socket.write('0\r\n\r\n');
    await expect.poll(() => received.text).toContain('HTTP/1.1 200');
    expect(keeper.last.command).toMatchObject({ orderId: '😀' });
    socket.destroy();
  });

  it('a request in flight is answered while the server closes, and the connection with it', async () => {
    const { app, keeper, socket, received } = await listening();
    const held = Promise.withResolvers<void>();
    const ask = keeper.ask.bind(keeper);
    keeper.ask = async (command) => {
      const answer = await ask(command);
      await held.promise;
      return answer;
    };
    socket.write('GET /skus/A HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect.poll(() => keeper.asked.length).toBe(1);
    const closed = app.close();
    held.resolve();
    await once(socket, 'close');
    await closed;
    expect(received.text).toContain('HTTP/1.1 200');
    expect(received.text).toContain('"id":"A"');
  });
});

describe('an order without an id', () => {
  it('gets a new UUID of version 7 each time', async () => {
    const { app, keeper } = await server();
    for (let asked = 0; asked < 2; asked++) await app.inject(post('/orders', { lines: [line] }));
    const ids = keeper.asked.map(({ command }) => (command.kind === 'place' ? command.orderId : ''));
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(2);
  });
});
