/**
 * Rows of SKUs changed by hand, past their bounds or past their ledger, with nothing in the database to forbid it. Those SKUs are
 * quarantined and lose nothing more, all others serve, `verify` names them, a row put right serves at once, and `verify --repair` does the rest.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { codeOf, orderRequest, type Reply, type ShopClient } from '../../support/shop-client.ts';
import { Shoppers } from '../../support/shoppers.ts';
import type { SqlSession } from '../../support/sql.ts';
import type { Fault, Ground, Trial } from './fault.ts';

const HEALTHY = ['a', 'b', 'c', 'd'];
/** What is done to the row of the SKU that is named so. */
const CORRUPTIONS = {
  'reserved-below-nothing': 'reserved = -5',
  'on-hand-below-nothing': 'on_hand = -1',
  'on-hand-drifted': 'on_hand = on_hand + 7',
  'sales-drifted': 'sales = sales - 1',
  'version-ahead': 'version = version + 3',
  'version-behind': 'version = version - 1',
} as const;
const CORRUPT = Object.keys(CORRUPTIONS);
/** Put right by hand while the service runs. */
const BY_HAND = 'on-hand-drifted';
const CHECK = 'check (on_hand >= 0 and reserved >= 0 and sales >= 0)';
const QUARANTINED = '503 sku_quarantined';

export const fault: Fault = {
  row: 21,
  title: 'corrupt row',
  obstacle: async () => null,
  async run(trial) {
    const rounds = trial.rounds(1, 5);
    for (let round = 0; round < rounds; round++) {
      await corrupted(trial, await trial.ground());
      trial.progress(`${CORRUPT.length} SKUs quarantined and repaired, ${round + 1} of ${rounds} times`);
    }
  },
};

async function corrupted(trial: Trial, ground: Ground): Promise<void> {
  const sql = await ground.sql();
  const first = await ground.service();
  const before = ground.client(first.url);
  await before.stock(1_000_000, ...HEALTHY);
  await before.stock(10, ...CORRUPT);
  for (const id of CORRUPT) {
    const placed = await before.ask(orderRequest(`of-${id}`, { [id]: 2, a: 1 }, { payment: 'cash_on_delivery' }));
    trial.demand('I9', placed.status === 201, placed.text);
  }
  await first.stop();
  await sql.query('alter table skus drop constraint skus_counters');
  for (const [id, change] of Object.entries(CORRUPTIONS))
    await sql.query(`update skus set ${change} where id = $1`, [id]);
  const rows = await rowsOf(sql);

  const service = await ground.service();
  const client = ground.client(service.url);
  const shoppers = new Shoppers({ name: 'o', skus: HEALTHY, persistent: true });
  const home = shoppers.shop(client, 16);
  await shoppers.answers(50);
  for (const id of CORRUPT) {
    for (const [what, reply] of await asked(client, id)) {
      const told = `${reply.status} ${codeOf(reply)}`;
      trial.demand(['I1', 'I7'], told === QUARANTINED, `${what} of ${id} is answered ${reply.status} ${reply.text}`);
    }
  }
  trial.demand(['I1', 'I4'], (await rowsOf(sql)) === rows, 'a quarantined SKU, its ledger or its orders were written');
  await shoppers.answers(100);

  await sql.query('update skus set on_hand = on_hand - 7 where id = $1', [BY_HAND]);
  const right = await client.get(`/skus/${BY_HAND}`);
  trial.demand('I6', right.status === 200, `a SKU put right by hand is answered ${right.status} ${right.text}`);

  // Beside the running service.
  const found = await verify(ground);
  trial.demand('I1', found.code === 1, `verify ends with ${found.code}: ${found.said}`);
  for (const id of CORRUPT.filter((one) => one !== BY_HAND)) {
    trial.demand('I1', found.said.includes(`SKU ${id}`), `verify does not name ${id}: ${found.said}`);
  }
  for (const id of [...HEALTHY, BY_HAND]) {
    trial.demand('I1', !found.said.includes(`SKU ${id}:`), `verify names ${id}: ${found.said}`);
  }
  shoppers.goHome();
  await home;
  trial.demand('I9', shoppers.unanswered === 0, `${shoppers.unanswered} of the others were never answered`);
  const told = [...shoppers.refusedWith];
  trial.demand('I9', told.length === 0, `the others were told ${told.join(', ')}`);
  trial.check(['I2', 'I7'], await shoppers.faults(client));
  await service.stop();

  const repaired = await verify(ground, '--repair', '--yes');
  trial.demand('I1', repaired.code === 0, `verify --repair --yes ends with ${repaired.code}: ${repaired.said}`);
  await sql.query(`alter table skus add constraint skus_counters ${CHECK}`);
  const next = await ground.service();
  const after = ground.client(next.url);
  for (const id of CORRUPT) {
    const cancelled = await after.post(`/orders/of-${id}/cancel`);
    trial.demand('I4', cancelled.status === 200, `an order of ${id} cannot be cancelled: ${cancelled.text}`);
    const { available } = await after.sku(id);
    trial.demand('I1', available === 10, `${id} has ${available} available and not 10 when all is given back`);
  }
  await next.stop();
  await ground.audit();
}

/** All that can be asked of a SKU, each with its answer. */
async function asked(client: ShopClient, id: string): Promise<(readonly [string, Reply])[]> {
  return [
    ['reading', await client.get(`/skus/${id}`)],
    ['receiving goods', await client.post(`/skus/${id}/receive`, { quantity: 1 })],
    ['a stocktake', await client.post(`/skus/${id}/adjust`, { onHand: 10, reason: 'counted' })],
    ['an order', await client.ask(orderRequest(`late-${id}`, { [id]: 1 }))],
    ['an order with another line', await client.ask(orderRequest(`both-${id}`, { a: 1, [id]: 1 }))],
    ['a cancel of an order', await client.post(`/orders/of-${id}/cancel`)],
  ];
}

/** The corrupt rows with all that hangs on them. */
function rowsOf(sql: SqlSession): Promise<string> {
  return sql.value(
    `select concat_ws('|', (select string_agg(s::text, ',' order by s.id) from skus s where id = any($1)),
       (select string_agg(m::text, ',' order by m.sku_id, m.version) from movements m where sku_id = any($1)),
       (select string_agg(o::text, ',' order by o.id) from orders o where id like 'of-%' or id like 'late-%' or id like 'both-%'))`,
    [CORRUPT],
  );
}

/** `npm run verify` on the ground's database: how it ends, and what it says. */
async function verify(
  ground: Ground,
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly said: string }> {
  const main = fileURLToPath(new URL('../../../src/cli/verify.ts', import.meta.url));
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, DATABASE_URL: ground.url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  await once(child, 'close');
  return { code: child.exitCode, said };
}
