/** Killed while orders are about to expire, and started again behind their time, or in the midst of giving them back: each is given back once. */
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf, orderIn, orderRequest } from '../../support/shop-client.ts';
import { until } from '../../support/until.ts';
import { wrongExpiries } from './early-expiry.ts';
import type { Fault } from './fault.ts';

/** Orders of each round. */
const ORDERS = 300;
/** Of those, the ones whose time is short. */
const DUE = ORDERS - ORDERS / 10;

export const fault: Fault = {
  row: 14,
  title: 'restart with orders about to expire',
  obstacle: async () => null,
  async run(trial) {
    const ground = await trial.ground();
    const sql = await ground.sql();
    const rounds = trial.rounds(2, 10);
    let givenBackBetween = 0;
    for (let round = 0; round < rounds; round++) {
      const skus = [`a-${round}`, `b-${round}`];
      const first = await ground.service();
      const client = ground.client(first.url);
      await client.stock(ORDERS, ...skus);
      const lines = Object.fromEntries(skus.map((sku) => [sku, 1]));
      // They run out one after another, from now on; every tenth has time.
      const placed = await Promise.all(
        Array.from({ length: ORDERS }, (_, i) =>
          client.ask(orderRequest(`o-${round}-${i}`, lines, { expiresInSeconds: i % 10 === 0 ? 900 : 1 + (i % 2) })),
        ),
      );
      const refused = placed.filter((reply) => reply.status !== 201);
      trial.check(
        'I9',
        refused.map((reply) => reply.text),
      );
      const times = placed.map((reply, i) => (i % 10 === 0 ? 0 : Date.parse(orderIn(reply).expiresAt ?? '')));
      const [earliest, latest] = [Math.min(...times.filter(Boolean)), Math.max(...times)];
      // Into any part of it: before the first has run out, or while the sweeper is at work.
      await pause(Math.max(0, earliest - Date.now() + ((round + 1) % 3) * 300));
      await first.kill();
      const expired = `select count(*)::int from orders where cancel_reason = 'expired' and id like 'o-${round}-%'`;
      const before = await sql.value<number>(expired);
      await pause(Math.max(0, latest - Date.now() + 10));
      // Killed once more: before it gives any back, or as soon as it does.
      const second = await ground.service();
      if (round % 2 === 1 && before < DUE) {
        await until(async () => {
          if ((await sql.value<number>(expired)) === before) throw new Error('none of those left is given back');
        });
      }
      await second.kill();
      givenBackBetween += (await sql.value<number>(expired)) - before;

      const third = await ground.service();
      const again = ground.client(third.url);
      await until(async () => {
        const left = DUE - (await sql.value<number>(expired));
        if (left > 0) throw new Error(`${left} orders past their time are not given back`);
      });
      const sku = await again.sku(skus[0] ?? '');
      trial.demand(['I1', 'I4', 'I6'], sku.available === DUE, `${sku.available} of ${DUE} units are back`);
      for (const verb of ['confirm', 'ship']) {
        const late = await again.post(`/orders/o-${round}-1/${verb}`);
        trial.demand(
          'I4',
          ['order_expired', 'order_cancelled'].includes(codeOf(late)),
          `${verb}: ${late.status} ${late.text}`,
        );
      }
      const inTime = await again.post(`/orders/o-${round}-0/confirm`);
      trial.demand('I4', inTime.status === 200, `an order in time: ${inTime.status} ${inTime.text}`);
      await third.stop();
      trial.check(['I1', 'I4'], await wrongExpiries(sql));
      await ground.audit();
      trial.progress(`round ${round + 1} of ${rounds}: ${before} of ${DUE} given back before the first kill`);
    }
    trial.demand('I4', givenBackBetween > 0, 'no service was killed as it gave orders back');
    trial.note(`${givenBackBetween} orders were given back by services that were killed at it`);
  },
};
