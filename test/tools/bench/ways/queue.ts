/**
 * A queue with one worker, `graphile-worker`: a request adds its job and waits for it; the worker takes the jobs one after another, so nobody races.
 * A job is told at once by NOTIFY, jobs are fetched and struck off many at a time, and the work of one is one statement: nobody else writes, so it may check
 * and write in one.
 */
import { Logger, makeWorkerUtils, run, runMigrations } from 'graphile-worker';
import type { Order } from '../../../../src/shop/orders/order.ts';
import { type Refused, serve } from './serve.ts';
import {
  ASKED,
  AVAILABLE,
  asCancelled,
  cancelText,
  orderValues,
  pool,
  RECORD_ORDER,
  RESERVE,
  RETURNED,
  readOrder,
  readStands,
  shortagesOf,
} from './sql.ts';

const WRITE = {
  name: 'write',
  text: `with ${ASKED}, short as (select 1 from asked l join skus s on s.id = l.sku_id where ${AVAILABLE} < l.quantity),
    sku as (update skus s set ${RESERVE} from asked l where s.id = l.sku_id and not exists (select from short) ${RETURNED}), ${RECORD_ORDER}`,
};
const CANCEL = { name: 'cancel', text: cancelText(`status in ('pending', 'confirmed')`) };

/** Who waits for a job, by the number that the job carries. */
const waiting = new Map<number, PromiseWithResolvers<unknown>>();
let jobs = 0;

async function place(order: Order): Promise<Refused | null> {
  const { rows } = await pool.query<{ skus: number }>({ ...WRITE, values: orderValues(order) });
  if (rows[0]?.skus === order.lines.length) return null;
  const skuIds = order.lines.map((line) => line.skuId);
  return shortagesOf(order, await readStands(pool, skuIds));
}

async function cancel(orderId: string, at: number): Promise<Order | null> {
  const order = await readOrder(pool, orderId);
  if (order === null || order.status === 'cancelled') return order;
  await pool.query({ ...CANCEL, values: [orderId, new Date(at)] });
  return asCancelled(order, at);
}

interface PlaceJob {
  readonly job: number;
  readonly order: Order;
}
interface CancelJob {
  readonly job: number;
  readonly orderId: string;
  readonly at: number;
}

async function done(job: number, work: Promise<unknown>): Promise<void> {
  const asker = waiting.get(job);
  waiting.delete(job);
  await work.then(
    (result) => asker?.resolve(result),
    (error) => asker?.reject(error),
  );
}

const logger = new Logger(() => () => {});
await runMigrations({ pgPool: pool, logger });
const runner = await run({
  pgPool: pool,
  logger,
  concurrency: 1,
  noHandleSignals: true,
  pollInterval: 100,
  // Many jobs are fetched, and struck off, at once.
  preset: { worker: { localQueue: { size: 256 }, completeJobBatchDelay: 0 } },
  taskList: {
    place: (payload) => {
      const { job, order } = payload as PlaceJob;
      return done(job, place(order));
    },
    cancel: (payload) => {
      const { job, orderId, at } = payload as CancelJob;
      return done(job, cancel(orderId, at));
    },
  },
});
const utils = await makeWorkerUtils({ pgPool: pool, logger });

async function queued<T>(task: string, payload: object): Promise<T> {
  const job = ++jobs;
  const asker = Promise.withResolvers<unknown>();
  waiting.set(job, asker);
  await utils.addJob(task, { job, ...payload });
  return asker.promise as Promise<T>;
}

await serve(
  {
    place: (order) => queued('place', { order }),
    cancel: (orderId, at) => queued('cancel', { orderId, at }),
  },
  () => runner.stop(),
);
