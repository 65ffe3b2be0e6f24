/** What comes over a socket and is hardly a request, and what is answered to it. */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { secureHeaders } from '../../../src/http/wire/secure-headers.ts';
import { RawClient } from '../../system/raw-client.ts';
import { post } from '../request-texts.ts';
import { type StandInKeeper, standIn } from '../stand-in.ts';

let app: FastifyInstance;
let keeper: StandInKeeper;
let url: string;

beforeAll(async () => {
  ({ app, keeper } = await standIn());
  await app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});
afterAll(() => app.close());
beforeEach(() => {
  keeper.asked.length = 0;
});

/** All that is answered until the connection is closed. */
async function answered(text: string): Promise<string> {
  await using client = await RawClient.connect(url);
  client.write(text);
  await client.closed;
  return client.received;
}

const statuses = (received: string) => received.match(/(?<=HTTP\/1\.1 )\d+/g);
const GET = 'GET /skus/A HTTP/1.1\r\nHost: x\r\n\r\n';
const ORDER = JSON.stringify({ lines: [{ skuId: 'A', quantity: 1 }] });
const POST = `POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${ORDER.length}\r\n\r\n${ORDER}`;

describe('a request without a host', () => {
  it('is a problem of HTTP/1.1', async () => {
    const received = await answered('GET /skus/A HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(statuses(received)).toEqual(['400']);
    expect(received).toContain('The request has no Host header, which HTTP/1.1 requires.');
    expect(received).toContain('application/problem+json');
    expect(keeper.asked).toEqual([]);
  });

  it('is answered in HTTP/1.0', async () => {
    expect(statuses(await answered('GET /skus/A HTTP/1.0\r\n\r\n'))).toEqual(['200']);
  });
});

describe('an expectation that nobody knows', () => {
  it('is passed over', async () => {
    const text = 'GET /skus/A HTTP/1.1\r\nHost: x\r\nExpect: the-best\r\nConnection: close\r\n\r\n';
    expect(statuses(await answered(text))).toEqual(['200']);
  });
});

describe('broken bytes behind requests that came whole', () => {
  it.each([
    ['one', POST, ['200', '400']],
    ['several', GET + POST + GET, ['200', '200', '200', '400']],
    ['none', '', ['400']],
  ])('are answered behind the answers to %s', async (_how, requests, expected) => {
    expect(statuses(await answered(`${requests}BROKEN\r\n\r\n`))).toEqual(expected);
    expect(keeper.asked).toHaveLength(expected.length - 1);
  });

  it('are answered when they are the body of the last of them', async () => {
    const chunked = POST.replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked').replace(ORDER, 'zz\r\n');
    expect(statuses(await answered(GET + chunked))).toEqual(['200', '400']);
  });
});

describe('what never became a request', () => {
  it.each([
    ['broken bytes', 'BROKEN\r\n\r\n', '400'],
    ['a head that is too large', `GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(70_000)}\r\n\r\n`, '431'],
  ])('is answered with the headers of every answer: %s', async (_what, text, status) => {
    const received = await answered(text);
    expect(statuses(received)).toEqual([status]);
    const secure = await secureHeaders();
    expect(Object.keys(secure)).toContain('x-content-type-options');
    for (const [name, value] of Object.entries({ ...secure, 'cache-control': 'no-store' }))
      expect(received).toContain(`\r\n${name}: ${value}\r\n`);
  });
});

describe('a header of which there is one, twice', () => {
  it.each([
    ['Host', 'y', 'Host'],
    ['authorization', 'Bearer a', 'Authorization'],
    ['Authorization', 'Bearer b', 'Authorization'],
    ['IDEMPOTENCY-KEY', 'k', 'Idempotency-Key'],
    ['If-Match', '"1"', 'If-Match'],
    ['Content-Type', 'text/plain', 'Content-Type'],
  ])('is refused, for two readers could take different ones: %s: %s', async (name, value, told) => {
    const more = `Connection: close\r\nAuthorization: Bearer a\r\nIdempotency-Key: k\r\nIf-Match: "1"\r\n${name}: ${value}\r\n`;
    const received = await answered(POST.replace('\r\n\r\n', `\r\n${more}\r\n`));
    expect(statuses(received)).toEqual(['400']);
    expect(received).toContain(`The request has more than one ${told} header. Send one.`);
    expect(received).toContain('"code":"malformed_http"');
    expect(keeper.asked).toEqual([]);
  });
});

describe('a query that no one asked for', () => {
  it.each([
    { url: '/skus/A?note=1' },
    { url: '/orders/O-1?limit=1' },
    { url: '/health/live?x' },
    post('/orders?dry_run=true', { lines: [{ skuId: 'A', quantity: 1 }] }),
    post('/orders/O-1/cancel?reason=late'),
  ])('is refused: $url', async (request) => {
    const { statusCode, json } = await app.inject(request);
    expect(json()).toMatchObject({ code: 'invalid_request', in: 'query' });
    expect(statusCode).toBe(400);
    expect(keeper.asked).toEqual([]);
  });

  it('is not looked at by the files of the reference page', async () => {
    expect((await app.inject('/docs?version=1')).statusCode).toBe(200);
  });
});

describe('the instance of a problem', () => {
  it.each([
    ['/skus/%', '/skus/%25'],
    ['/nothing?a[]=1&b=%2F', '/nothing?a%5B%5D=1&b=%2F'],
    ['/nothing/"|^`{}\\', '/nothing/%22%7C%5E%60%7B%7D%5C'],
  ])('of %s is a URI reference', async (path, instance) => {
    const received = await answered(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(received).toContain(`"instance":"${instance}"`);
  });
});

describe('a path that is spelt oddly', () => {
  const tails = [
    ...[
      '..',
      '../',
      '../..',
      '../../package.json',
      '../index.html',
      '%2e%2e',
      '%2e%2e/x',
      '..%2f..',
      '%2fetc',
      '%2Fetc%2Fpasswd',
    ],
    ...[
      '%00',
      'a%00b',
      '\\..',
      '%5c..%5c',
      '..\\..\\x',
      '//',
      './/x',
      '.',
      './',
      '..;/',
      '%ff',
      '%c0%af',
      '%zz',
      'x'.repeat(5000),
    ],
  ];
  const bases = [
    '/docs/static/',
    '/docs/',
    '/docs',
    '/',
    '//',
    '/skus/',
    '/orders/a/',
    '/carts/a/lines/',
    '/health/',
    '/problems/',
  ];

  it.each(bases)('is no route or no id, whatever stands behind %s', async (base) => {
    for (const tail of tails) {
      for (const method of ['GET', 'HEAD']) {
        const received = await answered(`${method} ${base}${tail} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
        expect(received, `${method} ${base}${tail}`).toMatch(/^HTTP\/1\.1 (200|400|404|405) /);
      }
    }
  });

  it.each(tails.slice(0, 18))('is no file of the reference page: %s', async (tail) => {
    const received = await answered(`GET /docs/static/${tail} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(statuses(received)).toEqual(['404']);
    expect(received).toContain('"code":"route_not_found"');
    expect(received).toContain('There is no route GET /docs/static/');
  });
});
