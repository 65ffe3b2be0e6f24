/** One order, cancelled by two client processes at the same time, again and again: its stock comes back once. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { startService } from '../support/service.ts';
import { orderIn, orderRequest, type Request, ShopClient } from '../support/shop-client.ts';
import { SqlSession } from '../support/sql.ts';
import { Asker, overlapped } from './askers.ts';
import { CANCEL_ROUNDS, figures } from './sizes.ts';

describe('two processes that cancel one order at the same time', () => {
  it(
    'are both answered 200 with the same body, and the stock comes back once',
    async () => {
      const database = await freshDatabase();
      onTestFinished(database.drop);
      await using service = await startService({ DATABASE_URL: database.url, LOG_LEVEL: 'warn' });
      await using client = new ShopClient(service.url, 4);
      using first = await Asker.start(service.url);
      using second = await Asker.start(service.url);

      let overlaps = 0;
      for (let round = 0; round < CANCEL_ROUNDS; round++) {
        const [skuId, orderId] = [`last-one-${round}`, `order-${round}`];
        await client.stock(1, skuId);
        expect((await client.ask(orderRequest(orderId, { [skuId]: 1 }))).status).toBe(201);
        expect((await client.sku(skuId)).available).toBe(0);

        const cancel: Request = { method: 'POST', path: `/orders/${orderId}/cancel` };
        const [one, other] = await Promise.all([first.ask(cancel), second.ask(cancel)]);
        if (overlapped(one, other)) overlaps++;

        expect([one.reply.status, other.reply.status]).toEqual([200, 200]);
        expect(one.reply.text).toBe(other.reply.text);
        expect(orderIn(one.reply)).toMatchObject({ status: 'cancelled', cancelReason: 'requested', version: 2 });
        expect(await client.sku(skuId)).toMatchObject({ available: 1, onHand: 1, reserved: 0, sales: 0, version: 3 });
      }
      await using sql = await SqlSession.open(database.url);
      for (let round = 0; round < CANCEL_ROUNDS; round++) {
        expect(await sql.kinds(`last-one-${round}`)).toEqual(['received', 'reserved', 'released']);
      }
      expect(await sql.laws()).toEqual([]);
      // Both were under way at once, or this says nothing of simultaneous cancels.
      expect(overlaps).toBeGreaterThan(0);
      figures(`cancelled by two processes: ${CANCEL_ROUNDS} rounds, the two calls overlapped in ${overlaps}`);
    },
    30_000 + CANCEL_ROUNDS * 500,
  );
});
