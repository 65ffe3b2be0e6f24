/**
 * Memory stays flat however many SKUs and orders there are: 100 000 SKUs created, then 200 000 orders placed and cancelled, through a
 * keeper with room for 10 000 residents, on PostgreSQL. Run by hand: `node --expose-gc test/system/residents-memory.ts`, some minutes.
 * Exits 0 when the heap is flat, the residents were bounded and every law holds, 1 otherwise, 2 when called wrongly.
 */
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startApp } from '../../src/app.ts';
import type { Keeper } from '../../src/keeper/keeper.ts';
import { createLog } from '../../src/log.ts';
import type { Command } from '../../src/shop/commands.ts';
import type { Outcome } from '../../src/shop/outcome.ts';
import { checkLaws } from '../support/laws.ts';
import { median } from '../support/percentile.ts';
import { startPostgres } from '../support/postgres-server.ts';

/** Commands under way at a time, and the SKUs that one of them may hold in memory beyond the limit. */
const IN_FLIGHT = 256;
const LINES = 3;
const SAMPLES = 10_000;
/** How much the heap may have grown from the first fifth of the orders to the last. */
const GROWTH_MAX = 1.1;

interface Sample {
  readonly heapMb: number;
  readonly residents: number;
}

const gc = globalThis.gc;
if (gc === undefined) {
  console.error('node --expose-gc test/system/residents-memory.ts [--skus N] [--orders N] [--residents N]');
  process.exit(2);
}
const { values } = parseArgs({
  options: {
    skus: { type: 'string', default: '100000' },
    orders: { type: 'string', default: '200000' },
    residents: { type: 'string', default: '10000' },
  },
});
const [skus, orders, residentsMax] = [Number(values.skus), Number(values.orders), Number(values.residents)];
const every = Math.min(SAMPLES, Math.floor(orders / 10));

const postgres = await startPostgres();
try {
  process.exitCode = await run(postgres.url);
} finally {
  await postgres.stop();
}

async function run(url: string): Promise<number> {
  const began = performance.now();
  const app = await startApp({ database: { url }, log: createLog('warn'), limits: { residentsMax } });
  const { keeper } = app;
  console.log(`${skus} SKUs, ${orders} orders, residents limited to ${residentsMax} of each\n`);
  console.log(['', 'heap MB', 'RSS MB', 'SKUs', 'orders', 'seconds'].map((head) => head.padStart(10)).join(''));

  const sample = (done: string): Sample => {
    gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    const { skus: skusResident, orders: ordersResident } = keeper.load;
    const heapMb = heapUsed / 2 ** 20;
    const seconds = (performance.now() - began) / 1000;
    const cells = [
      done,
      heapMb.toFixed(1),
      (rss / 2 ** 20).toFixed(0),
      skusResident,
      ordersResident,
      seconds.toFixed(0),
    ];
    console.log(cells.map((cell) => String(cell).padStart(10)).join(''));
    return { heapMb, residents: Math.max(skusResident, ordersResident) };
  };

  const samples: Sample[] = [sample('start')];
  await inFlight(
    skus,
    every,
    (i) => createSku(keeper, i),
    (done) => samples.push(sample(`${done} SKUs`)),
  );
  const ordered: Sample[] = [];
  await inFlight(
    orders,
    every,
    (i) => placeAndCancel(keeper, i),
    (done) => ordered.push(sample(`${done}`)),
  );
  await app.close();
  sample('closed');

  const faults = [...boundsBroken([...samples, ...ordered]), ...growth(ordered), ...(await wrongRows(url))];
  for (const fault of faults) console.log(`WRONG ${fault}`);
  console.log(
    faults.length === 0
      ? '\nMemory is flat, the residents were bounded, every law holds.'
      : `\n${faults.length} faults.`,
  );
  return faults.length === 0 ? 0 : 1;
}

/** Does `count` pieces of work, a bounded number at a time, all of a stretch before what comes after each stretch. */
async function inFlight(
  count: number,
  stretch: number,
  work: (i: number) => Promise<void>,
  after: (done: number) => void,
) {
  for (let from = 0; from < count; from += stretch) {
    let next = from;
    const until = Math.min(from + stretch, count);
    const worker = async () => {
      while (next < until) await work(next++);
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
    after(until);
  }
}

function skuId(i: number): string {
  return `sku-${String(i).padStart(8, '0')}`;
}

async function createSku(keeper: Keeper, i: number): Promise<void> {
  const policy = { safetyStock: 0, backorderLimit: 0, maxPerOrder: null, maxPerCustomer: null };
  const sku = {
    id: skuId(i),
    productId: null,
    name: `SKU ${i}`,
    price: 100,
    currency: 'EUR',
    onHand: 1_000_000,
    ...policy,
  };
  await ask(keeper, { kind: 'create_sku', sku }, 'sku_created');
}

/** SKUs far apart, so that nearly every order brings some back into memory that had left. */
async function placeAndCancel(keeper: Keeper, i: number): Promise<void> {
  const orderId = `order-${i}`;
  const lines = Array.from({ length: LINES }, (_, line) => ({
    skuId: skuId((i * 7919 + line * 31_337) % skus),
    quantity: line + 1,
  }));
  const terms = {
    payment: 'online',
    customerId: null,
    freight: 0,
    expiresInSeconds: 86_400,
    fingerprint: orderId,
  } as const;
  await ask(keeper, { kind: 'place', orderId, lines, ...terms }, 'order_placed');
  await ask(keeper, { kind: 'cancel', orderId, reason: null }, 'order');
}

async function ask(keeper: Keeper, command: Command, expected: Outcome['kind']): Promise<void> {
  const { outcome } = await keeper.ask(command);
  if (outcome.kind !== expected) throw new Error(`${command.kind}: ${JSON.stringify(outcome)}`);
}

function boundsBroken(samples: readonly Sample[]): string[] {
  const most = Math.max(...samples.map(({ residents }) => residents));
  return most <= residentsMax + IN_FLIGHT * LINES ? [] : [`${most} residents, limited to ${residentsMax}`];
}

/** Compares the first fifth of the samples with the last. */
function growth(samples: readonly Sample[]): string[] {
  const part = Math.max(2, Math.floor(samples.length / 5));
  const first = median(samples.slice(0, part).map(({ heapMb }) => heapMb));
  const last = median(samples.slice(-part).map(({ heapMb }) => heapMb));
  console.log(`\nheap over the orders: ${first.toFixed(1)} MB at first, ${last.toFixed(1)} MB at last`);
  return last <= first * GROWTH_MAX ? [] : [`the heap grew from ${first.toFixed(1)} to ${last.toFixed(1)} MB`];
}

/** What the database says: all is there, all stock is back, every law holds. */
async function wrongRows(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, number>>(
      `select (select count(*)::int from skus) as skus, (select count(*)::int from orders where status = 'cancelled') as cancelled,
         (select coalesce(sum(reserved), 0)::int from skus) as reserved, (select count(*)::int from movements) as movements`,
    );
    const expected = { skus, cancelled: orders, reserved: 0, movements: skus + orders * LINES * 2 };
    const faults = Object.entries(expected).flatMap(([figure, value]) =>
      rows[0]?.[figure] === value ? [] : [`${figure}: ${String(rows[0]?.[figure])} and not ${value}`],
    );
    return [...faults, ...(await checkLaws(async (sql) => (await client.query<Record<string, unknown>>(sql)).rows))];
  } finally {
    await client.end();
  }
}
