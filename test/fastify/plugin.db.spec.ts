/** What the plugin adds to a host: routes under its prefix, `app.stockKeeper`, and an end with the host's. */
import type { AddressInfo } from 'node:net';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { FastifyPluginAsync } from 'fastify';
import { Type } from 'typebox';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { stockKeeperPlugin } from '../../src/fastify.ts';
import { buildServer } from '../../src/http/server.ts';
import { createStockKeeper, type OutcomeOf, type StockKeeper } from '../../src/index.ts';
import { INSIDE } from '../../src/library/inside.ts';
import { mugsOf, withMugs } from '../library/keepers.ts';
import { CUP, databaseOf, hostOf, keepOneKeeper, order, withPlugin } from './hosts.ts';

let keeper: StockKeeper;
let stack: AsyncDisposableStack;
keepOneKeeper((opened) => {
  ({ keeper, stack } = opened);
});

const open = () => ({ stockKeeper: keeper, auth: 'everyone' as const });

describe('under a prefix', () => {
  it('the routes are there and nowhere else, and say where they are', async () => {
    const host = await withPlugin(stack, { ...open(), prefix: '/stock/' });
    const placed = await host.inject({ method: 'POST', url: '/stock/orders', payload: { id: 'p/1', ...order(1) } });
    expect(placed.statusCode).toBe(201);
    expect(placed.headers['location']).toBe('/stock/orders/p%2F1');
    expect((await host.inject(String(placed.headers['location']))).json()).toEqual(placed.json());
    const refused = await host.inject({ method: 'POST', url: '/stock/orders', payload: order(11) });
    expect(refused.json()).toMatchObject({
      type: '/stock/problems/insufficient_stock',
      instance: '/stock/orders',
    });
    expect((await host.inject(refused.json().type)).json()).toMatchObject({ type: refused.json().type, status: 409 });
    expect((await host.inject('/orders')).json()).toMatchObject({ error: 'Not Found' });
    await host.inject({ method: 'POST', url: '/stock/orders/p%2F1/cancel' });
  });

  it('paths that are not there are answered as by the service', async () => {
    const host = await withPlugin(stack, { ...open(), prefix: '/stock' });
    expect((await host.inject('/stock/none')).json()).toMatchObject({
      code: 'route_not_found',
      detail: expect.stringContaining('/stock/docs'),
    });
    const wrong = await host.inject({ method: 'PUT', url: '/stock/orders/1' });
    expect(wrong.json()).toMatchObject({ code: 'method_not_allowed', allow: expect.arrayContaining(['GET']) });
  });

  it('the description and its page name the whole paths', async () => {
    const host = await withPlugin(stack, { ...open(), prefix: '/stock' });
    const document = (await host.inject('/stock/openapi.json')).json();
    expect(await new Validator().validate(structuredClone(document))).toMatchObject({ valid: true });
    expect(Object.keys(document.paths).filter((path) => !path.startsWith('/stock/'))).toEqual([]);
    expect(document.paths['/stock/orders'].post.operationId).toBe('placeOrder');
    // Who is let in is the host's to say, not by keys of ours.
    expect(document.info.description).toContain('The server that this is a part of decides');
    expect(document.components.securitySchemes).toBeUndefined();
    expect(document.paths['/stock/orders'].post.security).toBeUndefined();
    expect((await host.inject('/stock/docs/')).body).toContain('swagger-ui');
    expect((await host.inject('/stock/docs/json')).json().paths).toHaveProperty('/stock/skus/{id}');
    expect((await host.inject('/stock/problems/none')).json().detail).toContain('/stock/docs');
  });

  it('has a first page where it begins, and takes none from the host', async () => {
    const host = await withPlugin(stack, { ...open(), prefix: '/stock' });
    for (const [path, link] of [
      ['/stock', 'stock/docs/'],
      ['/stock/', 'docs/'],
      ['/stock?from=mail', 'stock/docs/'],
    ]) {
      const { headers, body } = await host.inject(path ?? '');
      expect(body).toContain(`href="${link}"`);
      expect(headers['content-type']).toContain('text/html');
    }
    expect((await host.inject('/')).statusCode).toBe(404);
    const whole = await withPlugin(stack, open());
    for (const path of ['/', '/favicon.ico']) expect((await whole.inject(path)).statusCode).toBe(404);
  });

  it('may be that of a context around it', async () => {
    const host = hostOf(stack);
    const around: FastifyPluginAsync = async (shop) => {
      shop.setNotFoundHandler(async () => 'the shop has none');
      await shop.register(stockKeeperPlugin, open());
    };
    await host.register(around, { prefix: '/shop' });
    expect((await host.inject('/shop/skus/MUG')).json()).toMatchObject({ onHand: 10 });
    expect((await host.inject('/shop/none')).body).toBe('the shop has none');
    expect(Object.keys((await host.inject('/shop/openapi.json')).json().paths)).toContain('/shop/skus');
  });

  it('answers what the service answers', async () => {
    const host = await withPlugin(stack, { ...open(), prefix: '/stock' });
    const service = await buildServer({ keeper: keeper[INSIDE].door, logger: false });
    stack.defer(() => service.close());
    const placed = await keeper.placeOrder({ id: 'same', ...order(1) });
    expect(placed.kind).toBe('order_placed');
    await keeper.putLine({ id: 'same', skuId: 'MUG', quantity: 1 });
    for (const path of [
      '/skus/MUG',
      '/skus',
      '/skus/MUG/movements',
      '/orders/same',
      '/orders',
      '/carts/same',
      '/products',
    ]) {
      const here = await host.inject(`/stock${path}`);
      const there = await service.inject(path);
      expect(here.json(), path).toEqual(there.json());
      const { date: _date, 'x-request-id': _id, 'content-length': _length, ...headers } = here.headers;
      expect(there.headers, path).toMatchObject(headers);
    }
    await keeper.cancelOrder({ id: 'same' });
  });
});

describe('app.stockKeeper', () => {
  it('is there for the routes of the host, with its types', async () => {
    const host = hostOf(stack);
    await host.register(stockKeeperPlugin, { ...open(), prefix: '/stock' });
    const Buy = Type.Object({ quantity: Type.Integer() });
    host.post('/buy', { schema: { body: Buy } }, async (request, reply) => {
      const { quantity } = request.body;
      expectTypeOf(quantity).toEqualTypeOf<number>();
      expectTypeOf(request.server.stockKeeper.placeOrder).returns.resolves.toEqualTypeOf<OutcomeOf<'placeOrder'>>();
      const outcome = await host.stockKeeper.placeOrder({ id: 'bought', ...order(quantity) });
      if (outcome.kind !== 'order_placed') return reply.code(409).send(outcome.kind);
      return outcome.order.id;
    });
    const buy = (quantity: number) => host.inject({ method: 'POST', url: '/buy', payload: { quantity } });
    expect((await buy(2)).body).toBe('bought');
    expect((await host.inject('/stock/orders/bought')).json()).toMatchObject({ totalCount: 2 });
    expect((await buy(99)).body).toBe('order_id_reused');
    await keeper.cancelOrder({ id: 'bought' });
  });

  it('is one to a context; a second keeper has one of its own', async () => {
    const host = hostOf(stack);
    await host.register(stockKeeperPlugin, { ...open(), prefix: '/one' });
    await expect(host.register(stockKeeperPlugin, { ...open(), prefix: '/two' })).rejects.toThrow(
      'this context has a stockKeeper already',
    );
    const both = hostOf(stack);
    const other = stack.use(await createStockKeeper(await databaseOf(stack)));
    for (const [prefix, stockKeeper] of [
      ['/one', keeper],
      ['/two', other],
    ] as const) {
      const around: FastifyPluginAsync = async (own) => {
        await own.register(stockKeeperPlugin, { stockKeeper, auth: 'everyone', prefix });
        own.get(`${prefix}-mugs`, async () => mugsOf(own.stockKeeper));
      };
      await both.register(around);
    }
    expect((await both.inject('/one-mugs')).body).toBe(String(await mugsOf(keeper)));
    expect((await both.inject('/two-mugs')).body).toBe('sku_not_found');
    expect((await both.inject({ method: 'POST', url: '/two/skus', payload: CUP })).headers['location']).toBe(
      '/two/skus/CUP',
    );
    expect((await both.inject('/one/skus/CUP')).statusCode).toBe(404);
    expect((await both.inject('/one/metrics')).statusCode).toBe(200);
  });
});

describe('misuse', () => {
  const wrong: readonly (readonly [string, object, string])[] = [
    ['no auth', { stockKeeper: null }, 'auth must say whom'],
    ['another word for auth', { auth: 'nobody' }, 'auth must say whom'],
    ['a prefix with a parameter', { auth: 'everyone', prefix: '/:shop' }, 'prefix must be the same'],
    ['no database', { auth: 'everyone' }, 'database must be one of'],
    // What is Fastify's own is not taken for an option of the keeper.
    ['no database, but a level', { auth: 'everyone', logLevel: 'warn' }, 'database must be one of'],
    ['an option misspelt', { auth: 'everyone', dataDir: 'x' }, 'There is no option dataDir'],
    ['a keeper that is none', { auth: 'everyone', stockKeeper: {} }, 'stockKeeper must be what createStockKeeper'],
  ];
  it.each(wrong)('is a TypeError that says why: %s', async (_what, options, message) => {
    const host = hostOf(stack);
    const error = await host.register(stockKeeperPlugin, options as never).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(TypeError);
    expect((error as TypeError).message).toContain(message);
  });
});

describe('closing the host', () => {
  it('closes the keeper that came with it, once what was asked is answered', async () => {
    const host = hostOf(stack);
    const database = await databaseOf(stack);
    await host.register(stockKeeperPlugin, { ...database, auth: 'everyone', prefix: '/stock' });
    const asked = Promise.withResolvers<void>();
    const closing = Promise.withResolvers<void>();
    host.get('/slow', async () => {
      asked.resolve();
      await closing.promise;
      return (await host.stockKeeper.createSku(CUP)).kind;
    });
    await host.listen({ host: '127.0.0.1', port: 0 });
    const slow = fetch(`http://127.0.0.1:${(host.server.address() as AddressInfo).port}/slow`, {
      headers: { connection: 'close' },
    });
    await asked.promise;
    const closed = host.close();
    setImmediate(closing.resolve);
    expect(await (await slow).text()).toBe('sku_created');
    await closed;
    expect(await host.stockKeeper.readSku({ id: 'CUP' })).toMatchObject({ kind: 'closing' });
    await using again = await createStockKeeper(database);
    expect(await again.readSku({ id: 'CUP' })).toMatchObject({ kind: 'sku' });
  });

  it('closes also one that opens when the host has given up', async () => {
    const database = await databaseOf(stack);
    const host = hostOf(stack, { pluginTimeout: 1 });
    await expect(host.register(stockKeeperPlugin, { ...database, auth: 'everyone' }).ready()).rejects.toThrow(
      'did not start in time',
    );
    await host.close();
    await using again = await createStockKeeper(database);
    expect(again.role).toBe('owner');
  });

  it('leaves a keeper that was given to it open, and no more to be told by it', async () => {
    const host = await withPlugin(stack, { ...open(), prefix: '/stock' });
    await host.close();
    expect(await keeper.readSku({ id: 'MUG' })).toMatchObject({ kind: 'sku' });
  });

  it('waits for nobody who waits for stock', async () => {
    const own = stack.use(await createStockKeeper(await databaseOf(stack)));
    await withMugs(own, 1);
    const host = await withPlugin(stack, { stockKeeper: own, auth: 'everyone', prefix: '/stock' });
    await host.listen({ host: '127.0.0.1', port: 0 });
    const url = `http://127.0.0.1:${(host.server.address() as AddressInfo).port}/stock`;
    const waits = fetch(`${url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...order(2), waitSeconds: 60 }),
    });
    await expect.poll(() => own[INSIDE].door.load.waiting).toBe(1);
    await host.close();
    const answer = await waits;
    expect(await answer.json()).toMatchObject({ code: 'closing' });
    // Else the server would wait for the client to let go of it.
    expect(answer.headers.get('connection')).toBe('close');
  });
});
