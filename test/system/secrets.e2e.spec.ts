/** What the real process writes and answers while much goes wrong: no credential in any line of the log, no SQL and no stack in any answer. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeKey } from '../../src/keys/api-key.ts';
import { bearer, testKeys } from '../support/keys.ts';
import { freshDatabase } from '../support/postgres.ts';
import { Wire } from '../support/proxy.ts';
import { startService } from '../support/service.ts';
import { orderRequest, type Reply, type Request, ShopClient } from '../support/shop-client.ts';
import { SqlSession } from '../support/sql.ts';
import { RawClient } from './raw-client.ts';

const IDEMPOTENCY_KEY = 'idempotency-s3cret';
const COOKIE = 'cookie-s3cret';
const CUSTOMER = 'customer-s3cret';
const PASSWORD = 'passw0rd-s3cret';

/** Words of SQL, of its errors, of a stack, of a place in the source. */
const INSIDE =
  /\b(select|insert into|update "|relation|column|constraint|violates|syntax|pg_|mikro|kysely|node_modules)\b|\n? {2,}at |\.ts:\d|"stack"/i;

const TABLES = ['idempotency_keys', 'movements', 'order_lines', 'orders', 'skus'];

describe('a service that logs everything, while everything goes wrong', () => {
  it('tells no secret to the log, and nothing of its inside to its clients', async () => {
    using keys = testKeys();
    const { url, drop } = await freshDatabase();
    onTestFinished(drop);
    await using sql = await SqlSession.open(url);
    const role = `keeper_${process.pid}_${Date.now()}`;
    await sql.query(`create role "${role}" login superuser password '${PASSWORD}'`);
    onTestFinished(async () => {
      await using admin = await SqlSession.open(url);
      await admin.query(`drop role if exists "${role}"`);
    });
    await using wire = await Wire.open(url);
    const login = new URL(wire.url);
    login.username = role;
    login.password = PASSWORD;
    await using service = await startService({
      DATABASE_URL: login.href,
      API_KEYS_FILE: keys.file,
      LOG_LEVEL: 'trace',
    });
    await using client = new ShopClient(service.url);
    const headers = { ...bearer(keys.key.admin), 'idempotency-key': IDEMPOTENCY_KEY, cookie: COOKIE };
    const answers: Reply[] = [];
    const ask = async (request: Request, sent: Readonly<Record<string, string>> = headers): Promise<Reply> => {
      const answer = await client.ask({ ...request, headers: sent });
      answers.push(answer);
      return answer;
    };
    let orders = 0;
    const everything = (): Promise<unknown> => {
      const id = `o${++orders}`;
      const own = { ...headers, 'idempotency-key': `${IDEMPOTENCY_KEY}-${id}` };
      return Promise.all([
        ask(orderRequest(id, { tea: 1 }, { customerId: CUSTOMER }), own),
        ask({ method: 'POST', path: '/orders/o0/cancel', body: { reason: CUSTOMER } }, own),
        ask({ method: 'POST', path: '/skus/tea/receive', body: { quantity: 1, reference: CUSTOMER } }, own),
        ask({ method: 'PATCH', path: '/skus/tea', body: { price: orders } }),
        ask({ method: 'GET', path: `/skus/fresh-${id}` }),
        ask({ method: 'GET', path: `/orders?customerId=${CUSTOMER}` }),
        ask({ method: 'GET', path: '/products/p' }),
        ask({ method: 'GET', path: '/skus/tea/movements' }),
        ask({ method: 'GET', path: '/health/ready' }),
      ]);
    };

    expect(
      (await ask({ method: 'POST', path: '/skus', body: { id: 'tea', name: 'Tea', price: 1, onHand: 99 } })).status,
    ).toBe(201);
    await ask(orderRequest('o0', { tea: 1 }, { customerId: CUSTOMER }));
    await everything();

    const wrong = [makeKey(), `${keys.key.admin}x`, 'Basic-s3cret'];
    for (const key of [...wrong, keys.key.expired]) await ask({ method: 'GET', path: '/skus' }, bearer(key));
    await using raw = await RawClient.connect(service.url);
    raw.write(
      `GET /skus HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${keys.key.admin}\r\nX-Request-Id: {"level":60,"msg":"forged"}\r\nAuthorization: x\r\n\r\n`,
    );
    raw.write('GET /%zz HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\u001b[31mb\r\n\r\n');
    raw.write(`BROKEN ${keys.key.admin}\r\n\r\n`);
    await raw.closed;

    // The tables are gone one after another, then the permission, then the wire, then the server's patience.
    for (const table of TABLES) {
      await sql.query(`alter table "${table}" rename to "${table}_gone"`);
      await everything();
      await sql.query(`alter table "${table}_gone" rename to "${table}"`);
    }
    await sql.query(`alter table "orders" add constraint "no_more" check ("customer_id" <> '${CUSTOMER}') not valid`);
    await everything();
    await sql.query('alter table "orders" drop constraint "no_more"');
    wire.cutAll();
    await everything();
    const after = wire.atCommit('cut_after');
    await Promise.all([everything(), after]);
    await expect.poll(async () => (await ask({ method: 'GET', path: '/health/ready' })).status).toBe(200);
    // It can do its work again; nothing of this has ended it.
    const later = { ...bearer(keys.key.shop) };
    await expect.poll(async () => (await ask(orderRequest('last', { tea: 1 }), later)).status).toBeLessThan(300);
    expect(await service.stop()).toBe(0);

    const statuses = new Set(answers.map(({ status }) => status));
    for (const status of [200, 201, 401, 404, 503]) expect(statuses).toContain(status);
    const problems = answers.filter(({ status }) => status >= 400);
    expect(problems.length).toBeGreaterThan(30);
    for (const { text } of problems) {
      expect(JSON.parse(text)).toHaveProperty('code');
      expect(text).not.toMatch(INSIDE);
    }

    const log = service.logs();
    // It has logged what went wrong, and who was refused.
    for (const words of ['does not exist', 'API key refused', 'request completed', '"key":"admin"'])
      expect(log).toContain(words);
    const digests = keys.entries.map(({ sha256 }) => sha256);
    for (const secret of [...Object.values(keys.key), ...wrong, ...digests, PASSWORD, COOKIE, IDEMPOTENCY_KEY]) {
      expect(linesWith(log, secret)).toEqual([]);
    }
    // Each line is one, whatever was sent as a request's id.
    for (const line of log.trim().split('\n')) {
      if (!line.startsWith('Stock Keeper ')) expect(JSON.parse(line)).toHaveProperty('level');
    }
    expect(log).not.toContain('\u001b');
  });
});

const linesWith = (log: string, secret: string): string[] => log.split('\n').filter((line) => line.includes(secret));
