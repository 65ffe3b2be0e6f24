/** What a browser is told: to run and frame nothing, and that no page of another site may read an answer. */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type StandInKeeper, standIn } from '../stand-in.ts';

let app: FastifyInstance;
let keeper: StandInKeeper;
beforeAll(async () => {
  ({ app, keeper } = await standIn());
});
afterAll(() => app.close());
beforeEach(() => {
  keeper.asked.length = 0;
});

/** Spelled out here, so that none goes unnoticed. */
const SECURE = {
  'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

describe('an answer', () => {
  it.each(['/skus/A', '/orders', '/health/live', '/openapi.json', '/nothing', '/skus/%zz', '/skus?limit=x'])(
    'lets a browser do nothing with it: %s',
    async (url) => {
      expect((await app.inject(url)).headers).toMatchObject(SECURE);
    },
  );

  it('says neither what it is made with nor that TLS is spoken', async () => {
    const { headers } = await app.inject('/skus/A');
    for (const name of ['server', 'x-powered-by', 'strict-transport-security'])
      expect(headers).not.toHaveProperty(name);
  });
});

describe('the reference page', () => {
  it('may load what comes from here, and nothing in line but styles', async () => {
    const { headers } = await app.inject('/docs/');
    expect(headers).toMatchObject({
      ...SECURE,
      'content-security-policy': expect.stringContaining("default-src 'self'"),
    });
    expect(headers['content-security-policy']).not.toMatch(/script-src|unsafe-eval|https?:|\*/);
  });
});

describe('a page of another site', () => {
  const origin = 'https://evil.example';
  const shown = (headers: object) => Object.keys(headers).filter((name) => name.startsWith('access-control-'));

  it.each(['/skus/A', '/orders', '/openapi.json', '/docs/', '/health/live'])('may not read %s', async (url) => {
    expect(shown((await app.inject({ url, headers: { origin } })).headers)).toEqual([]);
  });

  it.each(['/skus', '/orders/O-1/cancel', '/health/live'])('is refused its preflight of %s', async (url) => {
    const ask = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,authorization',
    };
    const { statusCode, headers } = await app.inject({ method: 'OPTIONS', url, headers: ask });
    expect(statusCode).toBe(405);
    expect(shown(headers)).toEqual([]);
  });

  it.each(['cross-site', 'same-site'])('changes nothing by the browser of somebody here: %s', async (site) => {
    const ask = (method: 'GET' | 'POST', url: string) =>
      app.inject({ method, url, headers: { origin, 'sec-fetch-site': site } });
    // Without a body there is no preflight.
    const { statusCode, json } = await ask('POST', '/orders/O-1/cancel');
    expect(statusCode).toBe(403);
    expect(json()).toMatchObject({ code: 'forbidden', site });
    expect(keeper.asked).toEqual([]);
    expect((await ask('GET', '/docs/')).statusCode).toBe(200);
    expect((await ask('GET', '/skus/A')).statusCode).toBe(200);
  });
});

describe('the reference page here', () => {
  it.each(['same-origin', 'none'])('may change things: %s', async (site) => {
    const headers = { 'sec-fetch-site': site };
    expect((await app.inject({ method: 'POST', url: '/orders/O-1/cancel', headers })).statusCode).toBe(200);
  });
});
