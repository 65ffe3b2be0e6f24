/** The waiting line over real HTTP: one unit that is given back again and again, clients that hang up, and a service that closes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { runVerify } from '../support/run-verify.ts';
import { type Service, startService } from '../support/service.ts';
import { codeOf, orderRequest, type Reply, ShopClient } from '../support/shop-client.ts';
import { SqlSession } from '../support/sql.ts';
import { until } from '../support/until.ts';

const WAITERS = 200;

let database: FreshDatabase;
let service: Service;
let client: ShopClient;
let sql: SqlSession;

beforeAll(async () => {
  database = await freshDatabase();
  service = await startService({ DATABASE_URL: database.url, LOG_LEVEL: 'warn' });
  client = new ShopClient(service.url, WAITERS + 50);
  sql = await SqlSession.open(database.url);
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await sql[Symbol.asyncDispose]();
  await service.kill();
  await database.drop();
});

interface Line {
  readonly length: number;
  readonly items: readonly { readonly orderId: string; readonly place: number }[];
}

const lineOf = async (skuId: string): Promise<Line> =>
  JSON.parse((await client.get(`/skus/${skuId}/waiting?limit=200`)).text) as Line;

/** Asks for one unit, and is in line when this resolves. */
async function wait(
  orderId: string,
  skuId: string,
  place: number,
  signal?: AbortSignal,
): Promise<{ answer: Promise<Reply | null> }> {
  const request = orderRequest(orderId, { [skuId]: 1 }, { waitSeconds: 60 });
  const answer = client.ask(request, signal).catch(() => null);
  await until(async () => expect((await lineOf(skuId)).length).toBe(place));
  return { answer };
}

describe(`${WAITERS} clients that wait for one unit, which is given back again and again`, () => {
  it('are served one after another, in their order, each once; and who hangs up never has it', async () => {
    await client.stock(1, 'one');
    expect((await client.ask(orderRequest('first', { one: 1 }))).status).toBe(201);
    const served: string[] = [];
    const waiting: Promise<unknown>[] = [];
    const leaving: AbortController[] = [];
    for (let at = 0; at < WAITERS; at++) {
      const leaves = at % 10 === 3;
      const gone = new AbortController();
      if (leaves) leaving.push(gone);
      const { answer } = await wait(`w${at}`, 'one', at + 1, gone.signal);
      waiting.push(answer.then((reply) => reply?.status === 201 && served.push(`w${at}`)));
    }
    expect((await lineOf('one')).items.map(({ orderId, place }) => `${place} ${orderId}`)).toEqual(
      Array.from({ length: WAITERS }, (_, at) => `${at + 1} w${at}`),
    );
    expect(JSON.parse((await client.get('/orders/w7/waiting')).text)).toMatchObject({
      orderId: 'w7',
      lines: [{ skuId: 'one', quantity: 1, place: 8, length: WAITERS }],
    });
    for (const one of leaving) one.abort();
    await until(async () => expect((await lineOf('one')).length).toBe(WAITERS - leaving.length));

    const expected = Array.from({ length: WAITERS }, (_, at) => `w${at}`).filter((_, at) => at % 10 !== 3);
    let holder = 'first';
    for (const next of expected) {
      expect((await client.post(`/orders/${holder}/cancel`)).status).toBe(200);
      await until(() => expect(served).toContain(next));
      holder = next;
    }
    await Promise.all(waiting);
    expect(served).toEqual(expected);
    expect(await sql.value(`select count(*)::int from orders where id like 'w%'`)).toBe(expected.length);
    expect(await client.sku('one')).toMatchObject({ onHand: 1, reserved: 1, available: 0, sales: 1 });
    expect((await lineOf('one')).length).toBe(0);
    expect(await sql.laws()).toEqual([]);
    expect(await runVerify({ DATABASE_URL: database.url })).toMatchObject({ code: 0 });
  });
});

describe('a client whose time is up', () => {
  it('is told what there is', async () => {
    await client.stock(0, 'none');
    const reply = await client.ask(orderRequest('late', { none: 1 }, { waitSeconds: 1 }));
    expect([reply.status, codeOf(reply)]).toEqual([409, 'insufficient_stock']);
    expect(codeOf(await client.get('/orders/late/waiting'))).toBe('not_waiting');
  });
});

describe('a service that closes while clients wait', () => {
  it('sends them away at once, having decided nothing', async () => {
    await client.stock(0, 'shut');
    const { answer } = await wait('last', 'shut', 1);
    expect(await service.stop()).toBe(0);
    const reply = await answer;
    expect(reply === null ? null : [reply.status, codeOf(reply)]).toEqual([503, 'closing']);
    expect(await sql.value(`select count(*)::int from orders where id = 'last'`)).toBe(0);
  });
});
