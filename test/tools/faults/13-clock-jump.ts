/**
 * The clock jumps by an hour, forwards and back: the clock that the service was handed, in this process, and the clock of the machine as
 * a process of its own sees it. Whoever's time is up by the new clock is given back once; nothing else changes.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startApp } from '../../../src/app.ts';
import { createLog } from '../../../src/log.ts';
import { codeOf, orderRequest, type Reply, type ShopClient } from '../../support/shop-client.ts';
import { Shoppers } from '../../support/shoppers.ts';
import { until } from '../../support/until.ts';
import { wrongExpiries } from './early-expiry.ts';
import type { Fault, Ground, Trial } from './fault.ts';

const HOUR_MS = 3_600_000;
/** Orders of each kind, at each time. */
const ORDERS = 20;

/** A service and the hand on its clock. */
interface Clocked {
  readonly client: ShopClient;
  /** The clock shows this much more than the time. */
  set(aheadMs: number): void;
}

export const fault: Fault = {
  row: 13,
  title: 'clock jump of an hour',
  obstacle: async () => null,
  async run(trial) {
    const handed = await trial.ground();
    const rounds = trial.rounds(1, 5);
    await jump(trial, handed, await handedClock(trial, handed), 'the clock it was handed', rounds);
    const library = libfaketime();
    if (library === null) {
      trial.partly('a jump of the clock under a process of its own', 'libfaketime is not installed (package faketime)');
      return;
    }
    const own = await trial.ground();
    await jump(trial, own, await machineClock(trial, own, library), 'the clock of the machine', rounds);
  },
};

async function handedClock(trial: Trial, ground: Ground): Promise<Clocked> {
  let ahead = 0;
  const app = await startApp({
    database: { url: ground.url },
    log: createLog('silent'),
    clock: () => Date.now() + ahead,
  });
  trial.defer(() => app.close());
  const client = ground.client(await app.server.listen({ host: '127.0.0.1', port: 0 }));
  return {
    client,
    set: (aheadMs) => {
      ahead = aheadMs;
    },
  };
}

async function machineClock(trial: Trial, ground: Ground, library: string): Promise<Clocked> {
  const folder = mkdtempSync(path.join(tmpdir(), 'stock-keeper-clock-'));
  trial.defer(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'ahead');
  const set = (aheadMs: number) => writeFileSync(file, `${aheadMs < 0 ? '-' : '+'}${Math.abs(aheadMs) / 1000}\n`);
  set(0);
  const service = await ground.service({
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: 1,
    // A machine's clock jumps, and what counts its uptime does not.
    FAKETIME_DONT_FAKE_MONOTONIC: 1,
    DONT_FAKE_MONOTONIC: 1,
  });
  return { client: ground.client(service.url), set };
}

/** Where distributions put it; `null` when it is not there. */
function libfaketime(): string | null {
  const above = ['/usr/lib', '/usr/lib64', '/usr/local/lib'].filter((folder) => existsSync(folder));
  const folders = above.flatMap((folder) => [folder, ...readdirSync(folder).map((name) => path.join(folder, name))]);
  return (
    folders.map((folder) => path.join(folder, 'faketime', 'libfaketimeMT.so.1')).find((file) => existsSync(file)) ??
    null
  );
}

async function jump(
  trial: Trial,
  ground: Ground,
  { client, set }: Clocked,
  clock: string,
  rounds: number,
): Promise<void> {
  const sql = await ground.sql();
  await client.stock(1_000_000, 'a', 'b', 'c');
  const goods = () => client.post('/skus/c/receive', { quantity: 5 }, { 'idempotency-key': 'goods' });
  const received = await goods();
  for (let round = 0; round < rounds; round++) {
    const id = (kind: string, i: number) => `${kind}-${round}-${i}`;
    const each = <T>(work: (i: number) => Promise<T>) => Promise.all(Array.from({ length: ORDERS }, (_, i) => work(i)));
    const place = (kind: string, expiresInSeconds: number) =>
      each((i) => client.ask(orderRequest(id(kind, i), { b: 1 }, { expiresInSeconds })));
    const statuses = async (kind: string) =>
      new Set((await each((i) => client.order(id(kind, i)))).map(({ status }) => status));
    const all = (invariant: 'I1' | 'I4', replies: readonly Reply[], as: string, what: string) =>
      trial.check(
        invariant,
        replies
          .filter((reply) => (codeOf(reply) || String(reply.status)) !== as)
          .map((reply) => `${clock}, ${what}: ${reply.status} ${reply.text}`),
      );
    const expired = (kind: string) =>
      until(async () => {
        const found = [...(await statuses(kind))].join();
        if (found !== 'cancelled') throw new Error(`${clock}: ${kind} orders whose time is up are ${found}`);
      });

    const shoppers = new Shoppers({ name: `s${round}`, skus: ['a', 'c'], persistent: true, expiresInSeconds: 86_400 });
    const home = shoppers.shop(client, 8);
    all('I1', await place('quarter', 900), '201', 'placed for a quarter of an hour');
    all('I1', await place('day', 86_400), '201', 'placed for a day');

    // Back: nobody's time is up.
    set(-HOUR_MS);
    all('I1', await place('before', 900), '201', 'placed an hour before');
    await shoppers.answers(50);
    for (const kind of ['quarter', 'day', 'before'] as const) {
      const found = [...(await statuses(kind))].join();
      trial.demand(['I1', 'I4'], found === 'pending', `${clock} set back: ${kind} orders are ${found}`);
    }
    const early = await client.post(`/orders/${id('quarter', 0)}/confirm`);
    trial.demand('I4', early.status === 200, `${clock} set back: a confirmation in time is refused: ${early.text}`);

    // As it was: those placed an hour before are over, those placed at this time have their quarter of an hour still.
    set(0);
    await expired('before');
    const left = await client.order(id('quarter', 1));
    trial.demand('I4', left.status === 'pending', `${clock} as it was: an order with time left is ${left.status}`);

    // Ahead: those are over too, but for the confirmed one. One is asked for, the others are found by the sweeper.
    set(HOUR_MS);
    all('I4', [await client.post(`/orders/${id('quarter', 1)}/confirm`)], 'order_expired', 'confirmed too late');
    await until(async () => {
      const waiting = await sql.value<number>(
        `select count(*)::int from orders where status = 'pending' and id like 'quarter-${round}-%'`,
      );
      if (waiting > 0) throw new Error(`${clock} set ahead: ${waiting} orders whose time is up are pending`);
    });
    all('I4', [await client.post(`/orders/${id('quarter', 0)}/confirm`)], '200', 'confirmed before');
    all('I4', await each((i) => client.post(`/orders/${id('day', i)}/confirm`)), '200', 'confirmed within a day');
    const again = await goods();
    trial.demand(
      'I2',
      again.text === received.text && again.replayed,
      `${clock} set ahead: a key is forgotten: ${again.text}`,
    );
    await shoppers.answers(50);
    set(0);
    // What has expired stays so, whatever the clock says now.
    all(
      'I4',
      [await client.post(`/orders/${id('quarter', 1)}/confirm`)],
      'order_expired',
      'confirmed too late, asked again',
    );
    await shoppers.answers(50);
    shoppers.goHome();
    await home;
    trial.demand('I9', shoppers.unanswered === 0, `${clock}: ${shoppers.unanswered} questions were never answered`);
    trial.check(['I2', 'I7'], await shoppers.faults(client));
    trial.progress(`${clock}: jumped, round ${round + 1} of ${rounds}`);
  }
  trial.check(['I1', 'I4'], await wrongExpiries(sql));
  const standing = await sql.value<number>(
    `select count(*)::int from orders o join order_lines l on l.order_id = o.id where l.sku_id = 'b' and o.status = 'confirmed'`,
  );
  const { reserved } = await client.sku('b');
  trial.demand('I6', reserved === standing, `${clock}: ${reserved} reserved, ${standing} in orders that stand`);
  await ground.audit();
}
