/** One order, cancelled by two client processes at the same time, again and again: its stock comes back once. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { startService } from '../support/service.ts';
import { orderIn, orderRequest, type Request, ShopClient } from '../support/shop-client.ts';
import { SqlSession } from '../support/sql.ts';
import type { Told } from './asker.ts';
import { CANCEL_ROUNDS, figures } from './sizes.ts';

async function startAsker(url: string): Promise<ChildProcess> {
  const asker = fork(fileURLToPath(new URL('./asker.ts', import.meta.url)), [url]);
  await once(asker, 'message');
  return asker;
}

async function told(asker: ChildProcess, request: Request): Promise<Told> {
  const [answer] = (await Promise.all([once(asker, 'message'), asker.send(request)]))[0] as [Told];
  return answer;
}

describe('two processes that cancel one order at the same time', () => {
  it(
    'are both answered 200 with the same body, and the stock comes back once',
    async () => {
      const database = await freshDatabase();
      onTestFinished(database.drop);
      await using service = await startService({ DATABASE_URL: database.url, LOG_LEVEL: 'warn' });
      await using client = new ShopClient(service.url, 4);
      const askers = await Promise.all([startAsker(service.url), startAsker(service.url)]);
      onTestFinished(() => askers.forEach((asker) => void asker.kill()));

      let overlapped = 0;
      for (let round = 0; round < CANCEL_ROUNDS; round++) {
        const [skuId, orderId] = [`last-one-${round}`, `order-${round}`];
        await client.stock(1, skuId);
        expect((await client.ask(orderRequest(orderId, { [skuId]: 1 }))).status).toBe(201);
        expect((await client.sku(skuId)).available).toBe(0);

        const cancel: Request = { method: 'POST', path: `/orders/${orderId}/cancel` };
        const [one, other] = await Promise.all([told(askers[0], cancel), told(askers[1], cancel)]);
        if (BigInt(one.sent) < BigInt(other.answered) && BigInt(other.sent) < BigInt(one.answered)) overlapped++;

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
      expect(overlapped).toBeGreaterThan(0);
      figures(`cancelled by two processes: ${CANCEL_ROUNDS} rounds, the two calls overlapped in ${overlapped}`);
    },
    30_000 + CANCEL_ROUNDS * 500,
  );
});
