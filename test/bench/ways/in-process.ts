/**
 * Stock Keeper called in its own process, without HTTP: the load asks the keeper itself. A process for each load, which takes its arguments and answers as
 * the load process does.
 */
import pino from 'pino';
import { startApp } from '../../../src/app.ts';
import { newOrderId } from '../../../src/http/order-id.ts';
import { fingerprint } from '../../../src/http/preconditions.ts';
import type { Outcome } from '../../../src/keeper/command.ts';
import { basketsOf } from '../load/baskets.ts';
import type { Asker, Channel } from '../load/channel.ts';
import { runLoad } from '../load/run-load.ts';
import { type AskedOrder, askingOf } from '../load/workloads.ts';
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

/** A caller of the keeper, who waits for each answer. */
class Caller implements Channel {
  sentMs = 0;
  readonly text = '';

  place({ lines }: AskedOrder, asker: Asker): void {
    this.sentMs = performance.now();
    const asked = { lines, payment: 'cash_on_delivery', freight: 0, expiresInSeconds: 900, customerId: null } as const;
    const orderId = newOrderId();
    void app.keeper
      .ask({ kind: 'place', orderId, idIsNew: true, ...asked, fingerprint: fingerprint(asked) })
      .then(({ outcome }) => asker.answered(this, statusOf(outcome), orderId));
  }

  cancel(orderId: string, asker: Asker): void {
    this.sentMs = performance.now();
    void app.keeper
      .ask({ kind: 'cancel', orderId, reason: null })
      .then(({ outcome }) => asker.answered(this, statusOf(outcome), null));
  }
}

const options = JSON.parse(process.argv[3] ?? '') as LoadOptions;
const shop = {
  channels: Array.from({ length: options.connections }, () => new Caller()),
  read: (skuId: string) => app.keeper.ask({ kind: 'read_sku', skuId }),
};
const asking = askingOf(options.workload, options.prefix, await basketsOf(options.workload));
const result = await runLoad(shop, asking, options, () => console.log('measuring'));
await app.close();
console.log(JSON.stringify(result));
