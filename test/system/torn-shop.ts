/** A shop one of whose SKUs was changed by hand: over HTTP, by `npm run verify` beside it, and after the repair. The same on each kind of database. */
import { expect, onTestFinished } from 'vitest';
import { runVerify } from '../support/run-verify.ts';
import { type Service, startService } from '../support/service.ts';
import { codeOf, orderRequest, ShopClient, tally } from '../support/shop-client.ts';

const REPAIR =
  'SKU torn: its row says onHand 7, reserved 2, sales 2 at version 3 and its ledger adds up to another: becomes onHand 9, reserved 2, sales 2 at version 3\n';

type Env = Readonly<Record<string, string>>;

async function open(env: Env): Promise<{ service: Service; client: ShopClient }> {
  const service = await startService({ ...env, LOG_LEVEL: 'warn' });
  const client = new ShopClient(service.url);
  onTestFinished(async () => {
    await client[Symbol.asyncDispose]();
    await service.kill();
  });
  return { service, client };
}

/** Places orders on two SKUs, and stops: what is changed by hand then is in nobody's memory. */
export async function shopThatWas(env: Env): Promise<void> {
  const { service, client } = await open(env);
  await client.stock(9, 'torn', 'well');
  const orders = ['both', 'kept'].map((id) => client.ask(orderRequest(id, { torn: 1, well: 1 })));
  expect(tally(await Promise.all(orders))).toEqual({ '201': 2 });
  expect(await service.stop()).toBe(0);
}

/** The service on the rows as they are now: the torn SKU is refused and named, all others serve. */
export async function servesTheOthers(env: Env): Promise<{ service: Service; client: ShopClient }> {
  const { service, client } = await open(env);
  for (let twice = 0; twice < 2; twice++) {
    const refused = await Promise.all([
      client.get('/skus/torn'),
      client.post('/skus/torn/receive', { quantity: 1 }),
      client.ask(orderRequest(`new-${twice}`, { well: 1, torn: 1 })),
      client.post('/orders/both/cancel'),
    ]);
    expect(tally(refused)).toEqual({ '503 sku_quarantined': 4 });
    for (const { text } of refused) {
      expect(JSON.parse(text)).toMatchObject({
        skuId: 'torn',
        reason: expect.stringContaining('its row says 7/2/2 at version 3'),
        detail: expect.stringContaining('must run verify'),
        retryAfterSeconds: 60,
      });
    }
  }
  expect(codeOf(await client.get('/orders/new-0'))).toBe('order_not_found');
  expect((await client.get('/skus?limit=10')).status).toBe(200);
  expect(await client.order('both')).toMatchObject({ status: 'pending' });
  expect(await client.sku('well')).toMatchObject({ onHand: 9, reserved: 2, version: 3 });
  expect((await client.ask(orderRequest('well-alone', { well: 1 }))).status).toBe(201);
  // Told once, however often it was asked for.
  expect(service.logs().match(/"msg":"quarantined"/g)).toHaveLength(1);
  return { service, client };
}

/** Stopped, the fault is found and its repair is shown. */
export async function isShown(env: Env): Promise<void> {
  const found = await runVerify(env);
  expect(found).toMatchObject({ code: 1 });
  expect(found.out).toMatch(/^counters_are_replay: SKU torn: row says 7\/2\/2, replay says 9\/2\/2 .*\n .*--repair/m);
  expect(found.out).not.toContain('well');

  const shown = await runVerify(env, '--repair');
  expect(shown).toMatchObject({ code: 1, out: REPAIR });
  expect(shown.err).toContain(
    '1 SKU can be repaired, 0 cannot. Orders, carts and idempotency keys are not touched. Nothing was written.',
  );
}

/** Stopped, it is repaired, and everything serves again. */
export async function isRepaired(env: Env): Promise<void> {
  const repaired = await runVerify(env, '--repair', '--yes');
  expect(repaired).toMatchObject({ code: 0, out: REPAIR });
  expect(repaired.err).toMatch(
    /^1 SKU repaired, 0 cannot be\. Orders, carts and idempotency keys are not touched\. Verifying:/,
  );
  expect(repaired.err).toContain('Every law holds: 2 SKUs, 3 orders, 7 movements and 0 carts in');

  const { client } = await open(env);
  expect((await client.post('/orders/both/cancel')).status).toBe(200);
  expect(await client.sku('torn')).toMatchObject({ onHand: 9, reserved: 1, version: 4 });
}

export const TEAR = `update skus set on_hand = 7 where id = 'torn'`;
