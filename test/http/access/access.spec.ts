/** Who may do what: every route with every role, without a key, with a wrong one and an expired one, against a table that is written out here. */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../../../src/http/server.ts';
import { makeKey } from '../../../src/keys/api-key.ts';
import { KeyRing } from '../../../src/keys/key-ring.ts';
import { bearer, type TestKeys, testKeys } from '../../support/keys.ts';
import { StandInKeeper } from '../stand-in.ts';

const ROLES = ['reader', 'shop', 'stock', 'admin'] as const;
type Least = (typeof ROLES)[number] | 'anyone';

/** The least that each route asks for. A route that is not here fails the test, whatever it asks for. */
const TABLE: Readonly<Record<string, Least>> = {
  'GET /skus': 'reader',
  'HEAD /skus': 'reader',
  'POST /skus': 'stock',
  'GET /skus/:id': 'reader',
  'HEAD /skus/:id': 'reader',
  'PATCH /skus/:id': 'stock',
  'POST /skus/:id/receive': 'stock',
  'POST /skus/:id/adjust': 'stock',
  'GET /skus/:id/movements': 'reader',
  'HEAD /skus/:id/movements': 'reader',
  'POST /availability': 'reader',
  'GET /products': 'reader',
  'HEAD /products': 'reader',
  'PUT /products/:id': 'stock',
  'GET /products/:id': 'reader',
  'HEAD /products/:id': 'reader',
  'GET /orders': 'reader',
  'HEAD /orders': 'reader',
  'POST /orders': 'shop',
  'GET /orders/:id': 'reader',
  'HEAD /orders/:id': 'reader',
  'POST /orders/:id/confirm': 'shop',
  'POST /orders/:id/cancel': 'shop',
  'POST /orders/:id/ship': 'shop',
  'POST /orders/:id/return': 'shop',
  'PATCH /orders/:id/lines/:skuId': 'shop',
  'GET /skus/:id/waiting': 'reader',
  'HEAD /skus/:id/waiting': 'reader',
  'GET /orders/:id/waiting': 'reader',
  'HEAD /orders/:id/waiting': 'reader',
  'GET /carts/:id': 'reader',
  'HEAD /carts/:id': 'reader',
  'PATCH /carts/:id': 'shop',
  'PUT /carts/:id/lines/:skuId': 'shop',
  'DELETE /carts/:id/lines/:skuId': 'shop',
  'POST /carts/:id/merge': 'shop',
  'POST /carts/:id/checkout': 'shop',
  'GET /health/live': 'anyone',
  'HEAD /health/live': 'anyone',
  'GET /health/ready': 'anyone',
  'HEAD /health/ready': 'anyone',
  'GET /metrics': 'reader',
  'HEAD /metrics': 'reader',
  'GET /openapi.json': 'anyone',
  'HEAD /openapi.json': 'anyone',
  'GET /problems/:code': 'anyone',
  'HEAD /problems/:code': 'anyone',
  'GET /': 'anyone',
  'HEAD /': 'anyone',
  'GET /favicon.svg': 'anyone',
  'HEAD /favicon.svg': 'anyone',
  'GET /favicon.ico': 'anyone',
  'HEAD /favicon.ico': 'anyone',
  'GET /docs': 'anyone',
  'HEAD /docs': 'anyone',
  'GET /docs/': 'anyone',
  'HEAD /docs/': 'anyone',
  'GET /docs/*': 'anyone',
  'HEAD /docs/*': 'anyone',
  'GET /docs/json': 'anyone',
  'HEAD /docs/json': 'anyone',
  'GET /docs/yaml': 'anyone',
  'HEAD /docs/yaml': 'anyone',
  'GET /docs/static/index.html': 'anyone',
  'HEAD /docs/static/index.html': 'anyone',
  'GET /docs/static/swagger-initializer.js': 'anyone',
  'HEAD /docs/static/swagger-initializer.js': 'anyone',
  'GET /docs/static/theme/stock-keeper.css': 'anyone',
  'HEAD /docs/static/theme/stock-keeper.css': 'anyone',
  'GET /docs/static/theme/favicon.svg': 'anyone',
  'HEAD /docs/static/theme/favicon.svg': 'anyone',
};

let app: FastifyInstance;
let keeper: StandInKeeper;
let keys: TestKeys;

beforeAll(async () => {
  keys = testKeys();
  keeper = new StandInKeeper();
  const ring = new KeyRing(keys.file, keys.entries);
  app = await buildServer({ keeper, logger: false, access: { keys: ring, perKey: 0, perAddress: 0 } });
});
afterAll(async () => {
  await app.close();
  keys[Symbol.dispose]();
});

/** The routes that the server has, out of the tree that it prints. */
function routes(): string[] {
  const path: string[] = [];
  return app
    .printRoutes({ commonPrefix: false })
    .trimEnd()
    .split('\n')
    .flatMap((text) => {
      const [, tree = '', part = '', methods = ''] = /^([│├└─\s]*)(.+) \((.+)\)$/.exec(text) ?? [];
      path.splice(tree.length / 4 - 1, path.length, part);
      return methods.split(', ').map((method) => `${method} ${path.join('')}`);
    });
}

let address = 0;

/** Each from an address of its own, so that wrong keys are not counted together. */
async function ask(call: string, headers: Readonly<Record<string, string>>) {
  const [method = '', url = ''] = call.split(' ');
  address++;
  return app.inject({
    method: method as 'GET',
    url: url.replaceAll(/:\w+/g, 'A').replace('*', 'static/swagger-ui.css'),
    headers,
    remoteAddress: `10.0.${address >> 8}.${address & 255}`,
  });
}

describe('the table', () => {
  it('has every route', () => {
    expect(routes().toSorted()).toEqual(Object.keys(TABLE).toSorted());
  });
});

describe.each(Object.entries(TABLE))('%s', (call, least) => {
  it(`is for ${least}`, async () => {
    for (const role of ROLES) {
      const { statusCode, body } = await ask(call, bearer(keys.key[role]));
      const isLetIn = least === 'anyone' || ROLES.indexOf(role) >= ROLES.indexOf(least);
      // Whatever else it lacks: it was not for the key.
      if (isLetIn) expect([401, 403, 429, 500]).not.toContain(statusCode);
      else {
        expect(statusCode).toBe(403);
        if (!call.startsWith('HEAD')) {
          expect(JSON.parse(body)).toMatchObject({ code: 'forbidden', role, needed: least });
        }
      }
    }
  });

  it(least === 'anyone' ? 'asks for no key' : 'refuses whoever has no key, a wrong one or an expired one', async () => {
    const before = keeper.asked.length;
    for (const headers of [{}, bearer(makeKey()), bearer(keys.key.expired)]) {
      const { statusCode, headers: answered, body } = await ask(call, headers);
      if (least === 'anyone') expect(statusCode).not.toBe(401);
      else {
        expect(statusCode).toBe(401);
        expect(answered['www-authenticate']).toMatch(/^Bearer realm="stock-keeper"/);
        if (!call.startsWith('HEAD')) expect(JSON.parse(body)).toMatchObject({ code: 'unauthorized' });
      }
    }
    expect(keeper.asked.length).toBe(before);
  });
});

describe('a path that no route takes', () => {
  it.each(['GET /nothing', 'DELETE /skus/A', 'OPTIONS /orders', 'POST /health/live'])(
    'asks for a key: %s',
    async (call) => {
      expect((await ask(call, {})).statusCode).toBe(401);
      expect([404, 405]).toContain((await ask(call, bearer(keys.key.reader))).statusCode);
    },
  );

  it.each([
    'GET /SKUS',
    'GET //skus',
    'GET /skus/',
    'GET /./skus',
    'GET /docs/../skus',
    'GET /docs/%2e%2e/skus',
    'GET /health/live/../../skus',
  ])('does not lead around the door: %s', async (call) => {
    const { statusCode, body } = await ask(call, {});
    expect([401, 404]).toContain(statusCode);
    expect(body).not.toContain('"items"');
  });
});

describe('what is sent as a key', () => {
  const unauthorized: readonly [string, string][] = [
    ['nothing', ''],
    ['no scheme', 'KEY'],
    ['another scheme', 'Basic KEY'],
    ['no key', 'Bearer'],
    ['no key but a blank', 'Bearer '],
    ['two keys', 'Bearer KEY KEY'],
    ['two keys by a comma', 'Bearer KEY, Bearer KEY'],
    ['the key with more behind', 'Bearer KEYx'],
    ['the key with less', 'Bearer sk_'],
    ['a list of nothing', 'Bearer ,'],
    ['the digest', 'Bearer SHA'],
  ];
  it.each(unauthorized)('is refused: %s', async (_, header) => {
    const [entry] = keys.entries;
    const authorization = header.replaceAll('KEY', keys.key.admin).replace('SHA', entry?.sha256 ?? '');
    const { statusCode, body } = await ask('GET /skus/:id', { authorization });
    expect(statusCode).toBe(401);
    expect(body).not.toContain(keys.key.admin);
  });

  it('may have its scheme in any case, for schemes have none', async () => {
    expect((await ask('GET /skus/:id', { authorization: `bearer  ${keys.key.reader}` })).statusCode).toBe(200);
  });

  it('is not looked for in the URL or in a cookie', async () => {
    expect((await ask(`GET /skus?access_token=${keys.key.admin}`, {})).statusCode).toBe(401);
    expect((await ask('GET /skus', { cookie: `authorization=Bearer ${keys.key.admin}` })).statusCode).toBe(401);
  });

  it('tells its holder that it has expired, and nobody anything else', async () => {
    const over = (await ask('GET /skus', bearer(keys.key.expired))).json();
    expect(over.detail).toContain('"expired" expired at 2026-11-02T09:00:00.000Z');
    const unknown = (await ask('GET /skus', bearer(makeKey()))).json();
    expect(unknown.detail).toBe('The API key is not known. It may have been removed.');
  });
});

describe('a key that expires', () => {
  it('is good until its moment and not at it', async () => {
    const time = { now: Date.parse('2026-11-02T08:59:59.999Z') };
    const ring = new KeyRing(keys.file, keys.entries);
    const access = { keys: ring, perKey: 0, perAddress: 0, clock: () => time.now };
    const server = await buildServer({ keeper, logger: false, access });
    const request = { url: '/skus/A', headers: bearer(keys.key.expired) };
    expect((await server.inject(request)).statusCode).toBe(200);
    time.now++;
    expect((await server.inject(request)).statusCode).toBe(401);
    await server.close();
  });
});

describe('without keys', () => {
  it('everyone may do everything, whatever is sent', async () => {
    const server = await buildServer({ keeper, logger: false });
    for (const headers of [{}, bearer('wrong')]) {
      expect((await server.inject({ url: '/skus/A', headers })).statusCode).toBe(200);
      expect((await server.inject({ method: 'POST', url: '/orders/A/confirm', headers })).statusCode).toBe(200);
    }
    await server.close();
  });
});
