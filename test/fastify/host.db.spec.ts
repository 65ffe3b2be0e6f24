/** What stays the host's beside the plugin: who is let in, and all that its own routes had before. */
import swagger from '@fastify/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { type AuthHook, stockKeeperPlugin } from '../../src/fastify.ts';
import type { StockKeeper } from '../../src/index.ts';
import { INSIDE } from '../../src/library/inside.ts';
import { mugsOf } from '../library/keepers.ts';
import { embeddedFolder } from '../support/embedded.ts';
import { hostOf, keepOneKeeper, order, withPlugin } from './hosts.ts';

let keeper: StockKeeper;
let stack: AsyncDisposableStack;
keepOneKeeper((opened) => {
  ({ keeper, stack } = opened);
});

const open = () => ({ stockKeeper: keeper, auth: 'everyone' as const });

describe('under the access of the host', () => {
  const users: Readonly<Record<string, readonly string[]>> = { ann: ['reader', 'shop'], bob: ['reader'] };
  const auth: AuthHook = async ({ headers }, role) => {
    if (role === 'public' || role === 'supervisor') return true;
    const roles = users[String(headers['x-user'])];
    return roles === undefined ? 'unauthorized' : roles.includes(role);
  };
  const asking = (user: string | null, quantity = 1) => ({
    method: 'POST' as const,
    url: '/stock/orders',
    headers: user === null ? {} : { 'x-user': user },
    payload: order(quantity),
  });

  it('whom the host refuses is refused, and nothing is done', async () => {
    const host = await withPlugin(stack, { stockKeeper: keeper, auth, prefix: '/stock' });
    const before = await mugsOf(keeper);
    const nobody = await host.inject(asking(null));
    expect([nobody.statusCode, nobody.json().code]).toEqual([401, 'unauthorized']);
    // The host has no keys.
    expect(nobody.body).not.toMatch(/key/i);
    const reader = await host.inject(asking('bob'));
    expect([reader.statusCode, reader.json().code, reader.json().needed]).toEqual([403, 'forbidden', 'shop']);
    expect(await mugsOf(keeper)).toBe(before);
    const shop = await host.inject(asking('ann'));
    expect(shop.statusCode).toBe(201);
    expect(await mugsOf(keeper)).toBe(Number(before) - 1);
    await keeper.cancelOrder({ id: shop.json().id });
    expect((await host.inject({ url: '/stock/skus/MUG', headers: { 'x-user': 'bob' } })).statusCode).toBe(200);
    expect((await host.inject('/stock/health/live')).statusCode).toBe(200);
    expect((await host.inject('/stock/docs/')).statusCode).toBe(200);
    expect((await host.inject('/stock/none')).statusCode).toBe(401);
  });

  it('is asked once for every request, with the least role that it needs', async () => {
    const asked: string[] = [];
    const noting: AuthHook = ({ method, url }, role) => asked.push(`${method} ${url} ${role}`) > 0;
    const host = await withPlugin(stack, { stockKeeper: keeper, auth: noting, prefix: '/stock' });
    await host.inject('/stock/skus/MUG');
    await host.inject({ method: 'POST', url: '/stock/skus/MUG/adjust', payload: {} });
    await host.inject('/stock/metrics');
    await host.inject('/stock/health/ready');
    await host.inject('/stock/openapi.json');
    expect(asked).toEqual([
      'GET /stock/skus/MUG reader',
      'POST /stock/skus/MUG/adjust stock',
      'GET /stock/metrics reader',
      'GET /stock/health/ready supervisor',
      'GET /stock/openapi.json public',
    ]);
  });

  it('only true lets in', async () => {
    for (const odd of [undefined, null, 1, 'yes', {}, 'forbidden']) {
      const host = await withPlugin(stack, { stockKeeper: keeper, auth: () => odd as never, prefix: '/stock' });
      expect((await host.inject('/stock/skus')).statusCode, String(odd)).toBe(403);
    }
  });

  it('what it throws, and what other hooks of the host throw, is answered in the words of the host', async () => {
    class NotLoggedIn extends Error {}
    const host = hostOf(stack);
    host.setErrorHandler((error, _request, reply) => {
      if (error instanceof NotLoggedIn) return reply.code(401).send({ host: 'log in' });
      return reply.send(error);
    });
    host.addHook('onRequest', async ({ headers }) => {
      if (headers['x-user'] === 'banned') throw Object.assign(new Error('banned'), { statusCode: 400 });
    });
    await host.register(stockKeeperPlugin, {
      stockKeeper: keeper,
      prefix: '/stock',
      auth: ({ headers }) => {
        if (headers['x-user'] === 'late') throw Object.assign(new Error('too often'), { statusCode: 429 });
        throw new NotLoggedIn();
      },
    });
    const answers = await Promise.all(['ann', 'late', 'banned'].map((user) => host.inject(asking(user))));
    expect(answers.map((answer) => [answer.statusCode, answer.json()])).toEqual([
      [401, { host: 'log in' }],
      [429, { statusCode: 429, error: 'Too Many Requests', message: 'too often' }],
      [400, { statusCode: 400, error: 'Bad Request', message: 'banned' }],
    ]);
  });

  it('it may answer for itself', async () => {
    const login: AuthHook = async (_request, _role, reply) => {
      await reply.redirect('/login');
      return false;
    };
    const host = await withPlugin(stack, { stockKeeper: keeper, auth: login, prefix: '/stock' });
    const answer = await host.inject('/stock/skus');
    expect([answer.statusCode, answer.headers['location']]).toEqual([302, '/login']);
  });

  it('what it has sent stays what it has sent, also while a hook of the host works on it', async () => {
    const host = hostOf(stack);
    host.addHook('onSend', async (_request, _reply, payload) => {
      await new Promise(setImmediate);
      return payload;
    });
    const login: AuthHook = (_request, _role, reply) => {
      void reply.redirect('/login');
      return false;
    };
    await host.register(stockKeeperPlugin, { stockKeeper: keeper, auth: login, prefix: '/stock' });
    const before = await mugsOf(keeper);
    const answer = await host.inject(asking(null));
    expect([answer.statusCode, answer.headers['location']]).toEqual([302, '/login']);
    expect(await mugsOf(keeper)).toBe(before);
  });

  it('a text that it throws is no answer', async () => {
    const throws: AuthHook = () => Promise.reject('nobody');
    const host = await withPlugin(stack, { stockKeeper: keeper, auth: throws, prefix: '/stock' });
    expect((await host.inject('/stock/skus')).statusCode).toBe(500);
  });

  it('a page of another site changes nothing where everyone is let in', async () => {
    const host = await withPlugin(stack, { ...open(), prefix: '/stock' });
    const answer = await host.inject({ ...asking(null), headers: { 'sec-fetch-site': 'cross-site' } });
    expect(answer.statusCode).toBe(403);
  });
});

describe('what a host has of its own', () => {
  it('its routes, parsers, schemas, serializers, decorators, errors and unknown paths stay as they were', async () => {
    const hostWith = async (plugin: boolean) => {
      const host = hostOf(stack);
      host.decorateRequest('apiKey', 'mine');
      host.addSchema({ $id: 'Order', type: 'object', properties: { mine: { type: 'array' } } });
      const splits = async (_request: unknown, body: string) => body.split(',');
      host.addContentTypeParser('text/csv', { parseAs: 'string' }, splits);
      host.setReplySerializer((payload) => `mine ${JSON.stringify(payload)}`);
      host.setErrorHandler(async (error, _request, reply) => reply.code(418).send({ error: String(error) }));
      host.setNotFoundHandler(async (_request, reply) => reply.code(404).send({ nothing: 'here' }));
      if (plugin) await host.register(stockKeeperPlugin, { ...open(), prefix: '/stock' });
      host.post('/orders', { schema: { response: { 200: { $ref: 'Order#' } } } }, async ({ body }) => ({ mine: body }));
      host.post('/coerced', { schema: { body: Type.Object({ n: Type.Number() }) } }, async ({ body }) => body.n + 1);
      host.get('/fails', async () => {
        throw new Error('mine');
      });
      return host;
    };
    const post = (url: string, type: string, payload: string) =>
      ({ method: 'POST', url, headers: { 'content-type': type }, payload }) as const;
    const asked = [
      post('/orders', 'text/csv', 'a,b'),
      post('/orders', 'application/json', '{"a":1,"a":2}'),
      post('/orders', 'text/html', 'a'),
      // The host's validator turns texts to numbers, the keeper's does not.
      post('/coerced', 'application/json', '{"n":"1"}'),
      post('/coerced', 'application/json', '{"n":"x"}'),
      { url: '/fails' },
      { url: '/none' },
      { url: '/skus' },
      { url: '/docs' },
    ];
    const [without, host] = [await hostWith(false), await hostWith(true)];
    for (const request of asked) {
      const [before, now] = [await without.inject(request), await host.inject(request)];
      expect([now.statusCode, now.body], JSON.stringify(request)).toEqual([before.statusCode, before.body]);
      expect(Object.keys(now.headers)).toEqual(Object.keys(before.headers));
    }
    expect((await host.inject(asked[0] ?? '')).body).toBe('mine {"mine":["a","b"]}');
    expect((await host.inject('/stock/skus/MUG')).json()).toMatchObject({ id: 'MUG' });
    expect((await host.inject(post('/stock/orders', 'text/csv', 'a,b'))).statusCode).toBe(415);
    const wrong = await host.inject(post('/stock/orders', 'application/json', '{"lines":"1"}'));
    expect(wrong.json().code).toBe('invalid_request');
    const twice = await host.inject(post('/stock/orders', 'application/json', '{"a":1,"a":2}'));
    expect(twice.json().code).toBe('malformed_json');
  });

  it('its unknown paths are its own where the plugin has no prefix', async () => {
    const host = hostOf(stack);
    host.setNotFoundHandler(async () => 'the host has none');
    await host.register(stockKeeperPlugin, open());
    expect((await host.inject('/none')).body).toBe('the host has none');
    expect((await host.inject('/skus/MUG')).json()).toMatchObject({ id: 'MUG' });
  });

  it('a serializer compiler of its own is not asked for the routes of the keeper', async () => {
    const compiled = new Set<string>();
    const host = hostOf(stack);
    host.setSerializerCompiler(({ url }) => {
      compiled.add(url);
      return () => '"mine"';
    });
    await host.register(stockKeeperPlugin, { ...open(), prefix: '/stock' });
    host.get('/mine', { schema: { response: { 200: Type.Object({}) } } }, async () => ({}));
    expect((await host.inject('/mine')).body).toBe('"mine"');
    expect((await host.inject('/stock/skus/MUG')).json()).toMatchObject({ id: 'MUG' });
    expect([...compiled]).toEqual(['/mine']);
  });

  it('its own description shows the keeper among its routes', async () => {
    const host = hostOf(stack);
    await host.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 'Mine', version: '1' } } });
    host.addSchema({ $id: 'Order', type: 'object', properties: { mine: { type: 'string' } } });
    host.get('/mine', { schema: { response: { 200: { $ref: 'Order#' } } } }, async () => ({}));
    await host.register(stockKeeperPlugin, { ...open(), prefix: '/stock' });
    await host.ready();
    const document = JSON.parse(JSON.stringify(host.swagger()));
    expect(await new Validator().validate(structuredClone(document))).toMatchObject({ valid: true });
    expect(document.info.title).toBe('Mine');
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/mine', '/stock/orders']));
    expect((await host.inject('/stock/openapi.json')).statusCode).toBe(404);
  });

  it('its log gets what the keeper has to say, and of a bug no client hears more than that', async () => {
    const lines: string[] = [];
    const host = hostOf(stack, { logger: { level: 'info', stream: { write: (line) => void lines.push(line) } } });
    await host.register(stockKeeperPlugin, {
      database: { dataDir: await embeddedFolder(stack) },
      auth: 'everyone',
      prefix: '/stock',
    });
    await host.ready();
    expect(lines.join('')).toContain('embedded database');
    expect(lines.join('')).toContain('maxParamLength');
    host.stockKeeper[INSIDE].door.ask = () => Promise.reject(new Error('a bug of ours'));
    const answer = await host.inject('/stock/skus/MUG');
    expect([answer.statusCode, answer.json().code]).toEqual([500, 'internal_error']);
    expect(answer.body).not.toContain('a bug of ours');
    expect(lines.join('')).toContain('a bug of ours');
  });
});
