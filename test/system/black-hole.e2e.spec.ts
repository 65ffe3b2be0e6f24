/** The wire to the database swallows everything: every kind of request is answered within its deadline, and the service comes back by itself. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { Wire } from '../support/proxy.ts';
import { startService } from '../support/service.ts';
import { orderRequest, ShopClient, tally } from '../support/shop-client.ts';
import { SqlSession } from '../support/sql.ts';

it('a black hole is answered by every route in time, and forgotten when the wire is whole', async () => {
  const database = await freshDatabase();
  onTestFinished(database.drop);
  await using wire = await Wire.open(database.url);
  await using service = await startService({ DATABASE_URL: wire.url, LOG_LEVEL: 'warn' });
  await using client = new ShopClient(service.url);
  await client.stock(9, 'resident');
  expect((await client.ask(orderRequest('placed', { resident: 1 }))).status).toBe(201);

  const swallowed = wire.atCommit('swallow');
  const began = performance.now();
  // A command is answered after 30 seconds at the latest, a list has 5 to wait and 10 to be read: the client gives each of them 60.
  const asked = {
    place: client.ask(orderRequest('lost', { resident: 1 })),
    swallowed: swallowed.then(() => null),
    cancel: swallowed.then(() => client.post('/orders/placed/cancel')),
    place_behind: swallowed.then(() => client.ask(orderRequest('behind', { resident: 1 }))),
    place_unknown: swallowed.then(() => client.ask(orderRequest('elsewhere', { stranger: 1 }))),
    read_resident: swallowed.then(() => client.get('/skus/resident')),
    read_sku: swallowed.then(() => client.get('/skus/stranger')),
    read_order: swallowed.then(() => client.get('/orders/stranger')),
    list_orders: swallowed.then(() => client.get('/orders?status=pending')),
    list_skus: swallowed.then(() => client.get('/skus')),
    movements: swallowed.then(() => client.get('/skus/resident/movements')),
    product: swallowed.then(() => client.get('/products/any')),
    ready: swallowed.then(() => client.get('/health/ready')),
    live: swallowed.then(() => client.get('/health/live')),
    metrics: swallowed.then(() => client.get('/metrics')),
  };
  const tookMs: Record<string, number> = {};
  const timed = async (name: string, asking: Promise<Awaited<ReturnType<ShopClient['get']>> | null>) => {
    const reply = await asking;
    tookMs[name] = Math.round(performance.now() - began);
    return [name, reply === null ? '' : Object.keys(tally([reply]))[0]] as const;
  };
  const told = Object.fromEntries(
    await Promise.all(Object.entries(asked).map(([name, asking]) => timed(name, asking))),
  );
  expect(told, JSON.stringify(tookMs)).toMatchObject({ live: '200', metrics: '200', ready: '503 not_ready' });
  for (const list of ['list_orders', 'list_skus', 'movements', 'product']) {
    expect(['503 database_unavailable', '503 standby']).toContain(told[list]);
  }
  // A process that has lost its hold of the database says so to whom it has decided nothing for; what was on its way is unknown.
  for (const name of ['place', 'cancel', 'place_behind', 'place_unknown', 'read_resident', 'read_sku', 'read_order']) {
    expect(['503 unknown_outcome', '503 standby'], `${name} ${JSON.stringify(tookMs)}`).toContain(told[name]);
  }
  expect(told['place']).toBe('503 unknown_outcome');

  wire.heal();
  await vi.waitFor(async () => expect((await client.get('/health/ready')).status).toBe(200), {
    timeout: 120_000,
    interval: 100,
  });
  expect(tally([await client.post('/orders/placed/cancel')])).toEqual({ '200': 1 });
  const again = await client.ask(orderRequest('lost', { resident: 1 }));
  expect([200, 201]).toContain(again.status);
  expect((await client.sku('resident')).reserved).toBe(1);
  await using sql = await SqlSession.open(database.url);
  expect(await sql.laws()).toEqual([]);
});
