/** Rate limits: whom they stop, whom they leave alone, and that guessing keys is slow. */
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Access } from '../../../src/http/access/auth.ts';
import { buildServer } from '../../../src/http/server.ts';
import { makeKey } from '../../../src/keys/api-key.ts';
import { KeyRing } from '../../../src/keys/key-ring.ts';
import { bearer, entryOf, type TestKeys, testKeys } from '../../support/keys.ts';
import { StandInKeeper } from '../stand-in.ts';

let keys: TestKeys;
let app: FastifyInstance | null = null;

beforeEach(() => {
  keys = testKeys();
  // A second does not end by itself.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-21T09:00:00.000Z') });
});
afterEach(async () => {
  vi.useRealTimers();
  await app?.close();
  app = null;
  keys[Symbol.dispose]();
});

const aSecondLater = () => vi.setSystemTime(Date.now() + 1000);

async function server(access: Partial<Access>): Promise<FastifyInstance> {
  app = await buildServer({
    keeper: new StandInKeeper(),
    logger: false,
    access: { keys: null, perKey: 0, perAddress: 0, ...access },
  });
  return app;
}
const ring = () => new KeyRing(keys.file, keys.entries);

/** How many of so many requests are answered with each status. */
async function tally(count: number, ask: () => Promise<{ readonly statusCode: number }>) {
  const counts: Record<number, number> = {};
  for (let asked = 0; asked < count; asked++) {
    const { statusCode } = await ask();
    counts[statusCode] = (counts[statusCode] ?? 0) + 1;
  }
  return counts;
}

describe('a limit of a key', () => {
  it('is for a second, for each name, wherever it asks from', async () => {
    const young = makeKey();
    const held = new KeyRing(keys.file, [...keys.entries, entryOf(young, 'shop', 'shop')]);
    const door = await server({ keys: held, perKey: 3 });
    let at = 0;
    const ask = (key: string) => door.inject({ url: '/skus/A', headers: bearer(key), remoteAddress: `10.0.0.${++at}` });
    expect(await tally(5, () => ask(keys.key.shop))).toEqual({ 200: 3, 429: 2 });
    // The one that takes over has no second allowance.
    expect(await tally(2, () => ask(young))).toEqual({ 429: 2 });
    expect(await tally(5, () => ask(keys.key.stock))).toEqual({ 200: 3, 429: 2 });
    aSecondLater();
    expect(await tally(5, () => ask(keys.key.shop))).toEqual({ 200: 3, 429: 2 });
  });

  it('says when to come again', async () => {
    const door = await server({ keys: ring(), perKey: 1 });
    const ask = () => door.inject({ url: '/skus/A', headers: bearer(keys.key.shop) });
    await ask();
    const { headers, json } = await ask();
    expect(headers['retry-after']).toBe('1');
    expect(json()).toMatchObject({ code: 'rate_limited', limited: 'key', perSecond: 1, retryAfterSeconds: 1 });
  });
});

describe('a limit of an address', () => {
  it('counts whatever comes from it, with or without a key, but not what supervisors ask', async () => {
    const door = await server({ keys: ring(), perAddress: 4 });
    const ask = (url: string, headers = {}, remoteAddress = '10.0.0.1') => door.inject({ url, headers, remoteAddress });
    expect((await ask('/skus/A', bearer(keys.key.shop))).statusCode).toBe(200);
    expect((await ask('/openapi.json')).statusCode).toBe(200);
    expect((await ask('/skus/A')).statusCode).toBe(401);
    expect((await ask('/nothing')).statusCode).toBe(401);
    for (const url of ['/skus/A', '/openapi.json', '/nothing']) {
      const { statusCode, json } = await ask(url, bearer(keys.key.shop));
      expect(statusCode).toBe(429);
      expect(json()).toMatchObject({ limited: 'address', perSecond: 4 });
    }
    expect(await tally(20, () => ask('/health/live'))).toEqual({ 200: 20 });
    expect(await tally(20, () => ask('/health/ready'))).toEqual({ 200: 20 });
    expect((await ask('/skus/A', bearer(keys.key.shop), '10.0.0.2')).statusCode).toBe(200);
  });

  it('holds without keys too, when it is asked for', async () => {
    const door = await server({ perAddress: 2 });
    expect(await tally(5, () => door.inject('/skus/A'))).toEqual({ 200: 2, 429: 3 });
  });

  it.each([
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::7'],
  ])('takes %s and %s for one', async (one, other) => {
    const door = await server({ perAddress: 2 });
    expect(await tally(2, () => door.inject({ url: '/skus/A', remoteAddress: one }))).toEqual({ 200: 2 });
    expect(await tally(2, () => door.inject({ url: '/skus/A', remoteAddress: other }))).toEqual({ 429: 2 });
    expect((await door.inject({ url: '/skus/A', remoteAddress: '2001:db8:1:3::1' })).statusCode).toBe(200);
  });

  it('does not believe what a client says of its address', async () => {
    const door = await server({ perAddress: 2 });
    let at = 0;
    const ask = () =>
      door.inject({ url: '/skus/A', headers: { 'x-forwarded-for': `1.2.3.${++at}`, forwarded: `for=1.2.3.${at}` } });
    expect(await tally(4, ask)).toEqual({ 200: 2, 429: 2 });
  });
});

describe('no limit', () => {
  it('stops nobody', async () => {
    const door = await server({ keys: ring() });
    expect(await tally(300, () => door.inject({ url: '/skus/A', headers: bearer(keys.key.shop) }))).toEqual({
      200: 300,
    });
  });
});

describe('whoever guesses keys', () => {
  it('is told of ten a second what is wrong with them, and locks nobody out who has a right one', async () => {
    const door = await server({ keys: ring() });
    const guess = (key: string, remoteAddress = '10.0.0.1') =>
      door.inject({ url: '/skus/A', headers: bearer(key), remoteAddress });
    expect(await tally(15, () => guess(makeKey()))).toEqual({ 401: 10, 429: 5 });
    expect((await guess(makeKey())).json()).toMatchObject({
      code: 'rate_limited',
      limited: 'wrong_keys',
      perSecond: 10,
    });
    expect((await guess(keys.key.admin)).statusCode).toBe(200);
    expect((await guess(makeKey(), '10.0.0.2')).statusCode).toBe(401);
    aSecondLater();
    expect((await guess(makeKey())).statusCode).toBe(401);
  });

  it('is counted by what is no key and by what has expired, but not by sending none', async () => {
    const door = await server({ keys: ring() });
    const ask = (headers: Record<string, string>) => door.inject({ url: '/skus/A', headers });
    expect(await tally(30, () => ask({}))).toEqual({ 401: 30 });
    expect(await tally(5, () => ask(bearer(keys.key.expired)))).toEqual({ 401: 5 });
    expect(await tally(7, () => ask({ authorization: 'Basic x' }))).toEqual({ 401: 5, 429: 2 });
  });

  it('is not counted by asking for more than its role', async () => {
    const door = await server({ keys: ring() });
    const ask = () => door.inject({ method: 'POST', url: '/orders/O/ship', headers: bearer(keys.key.reader) });
    expect(await tally(20, ask)).toEqual({ 403: 20 });
  });
});
