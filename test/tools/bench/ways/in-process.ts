/**
 * Stock Keeper as a library in its own process, without HTTP: the load calls its methods. A process for each load, which takes its arguments and answers as
 * the load process does.
 */
import pino from 'pino';
import { createStockKeeper } from '../../../../src/index.ts';
import { newOrderId } from '../../../../src/lib/order-id.ts';
import { basketsOf } from '../load/baskets.ts';
import type { Asker, Channel } from '../load/channel.ts';
import { runLoad } from '../load/run-load.ts';
import { type AskedOrder, askingOf } from '../load/workloads.ts';
import type { LoadOptions } from '../way.ts';

const keeper = await createStockKeeper({
  database: { url: process.env['DATABASE_URL'] ?? '' },
  logger: pino({ level: 'warn' }, pino.destination(2)),
});

/** The statuses that the door would answer. */
function statusOf({ kind }: { readonly kind: string }): number {
  if (kind === 'order_placed') return 201;
  if (kind === 'order') return 200;
  if (kind === 'insufficient_stock') return 409;
  return kind === 'unknown_outcome' || kind === 'overloaded' ? 503 : 500;
}

/** A caller of the library, who waits for each answer. */
class Caller implements Channel {
  sentMs = 0;
  readonly text = '';

  place({ lines }: AskedOrder, asker: Asker): void {
    this.sentMs = performance.now();
    const id = newOrderId();
    void keeper
      .placeOrder({ id, lines, payment: 'cash_on_delivery' })
      .then((outcome) => asker.answered(this, statusOf(outcome), id));
  }

  cancel(orderId: string, asker: Asker): void {
    this.sentMs = performance.now();
    void keeper.cancelOrder({ id: orderId }).then((outcome) => asker.answered(this, statusOf(outcome), null));
  }
}

const options = JSON.parse(process.argv[3] ?? '') as LoadOptions;
const shop = {
  channels: Array.from({ length: options.connections }, () => new Caller()),
  read: (skuId: string) => keeper.readSku({ id: skuId }),
};
const asking = askingOf(options.workload, options.prefix, await basketsOf(options.workload));
const result = await runLoad(shop, asking, options, () => console.log('measuring'));
await keeper.close();
console.log(JSON.stringify(result));
