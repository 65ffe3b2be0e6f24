/**
 * Stock Keeper called in its own process, without HTTP: the load asks the keeper itself. A process for each load, which takes its arguments and answers as
 * the load process does.
 */
import pino from 'pino';
import { startApp } from '../../../src/app.ts';
import { newOrderId } from '../../../src/http/order-id.ts';
import { fingerprint } from '../../../src/http/preconditions.ts';
import type { Outcome } from '../../../src/keeper/command.ts';
import { runLoad, type Shop } from '../load/loop.ts';
import { workloadOf } from '../load/workloads.ts';
import type { LoadOptions } from '../way.ts';

const app = await startApp({
  database: { url: process.env['DATABASE_URL'] ?? '' },
  log: pino({ level: 'warn' }, pino.destination(2)),
});

/** The statuses that the door would answer. */
function statusOf({ kind }: Outcome): number {
  if (kind === 'order_placed') return 201;
  if (kind === 'order') return 200;
  if (kind === 'insufficient_stock') return 409;
  return kind === 'unknown_outcome' || kind === 'overloaded' ? 503 : 500;
}

const shop: Shop = {
  place(_, lines, answered) {
    const asked = { lines, payment: 'cash_on_delivery', freight: 0, expiresInSeconds: 900, customerId: null } as const;
    const orderId = newOrderId();
    void app.keeper
      .ask({ kind: 'place', orderId, idIsNew: true, ...asked, fingerprint: fingerprint(asked) })
      .then(({ outcome }) => answered(statusOf(outcome), orderId));
  },
  cancel(_, orderId, answered) {
    void app.keeper.ask({ kind: 'cancel', orderId, reason: null }).then(({ outcome }) => answered(statusOf(outcome)));
  },
};

const options = JSON.parse(process.argv[3] ?? '') as LoadOptions;
const workload = await workloadOf(options.workload, options.prefix);
const tally = await runLoad(shop, workload, options, () => console.log('measuring'));
const result = tally.result();
await app.close();
console.log(JSON.stringify(result));
