/**
 * Thousands of placements on one SKU at the same time, while the commit is held up by a lock and then while it is not: beyond the limit they
 * are refused at the door, with a time to come again; what was refused has not happened, memory stays bounded, and all is as before afterwards.
 */
import { readFileSync } from 'node:fs';
import { request } from 'undici';
import { codeOf, orderRequest, problemIn, type Reply, type ShopClient, tally } from '../../support/shop-client.ts';
import { holdLock } from '../../support/sql.ts';
import { until } from '../../support/until.ts';
import type { Fault, Ground, Trial } from './fault.ts';
import { rssMb } from './rss.ts';

/** More than the 4 000 commands that may be in flight. */
const AT_ONCE = { short: 4200, long: 5000 };
/** A multiple of what it has when nobody asks, megabytes. */
const RSS_MAX_MB = 700;
const HOT = 'hot';

export const fault: Fault = {
  row: 16,
  title: 'overload of one SKU',
  obstacle: async () => {
    const open = Number(/Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
    // Both ends of each connection, one in this process and one in the service.
    return open > AT_ONCE.long + 1000
      ? null
      : `a process may have ${open} open files, ${AT_ONCE.long} connections need more`;
  },
  async run(trial) {
    const ground = await trial.ground();
    const service = await ground.service({ LOG_LEVEL: 'error' });
    const atOnce = AT_ONCE[trial.size];
    const client = ground.client(service.url, atOnce);
    await client.stock(1_000_000, HOT, 'idle');
    const rounds = trial.rounds(2, 10);
    const sizes: number[] = [];
    for (let round = 0; round < rounds; round++) {
      // The first round opens the connections: opened behind the lock, on a busy machine, they would outlast the service's patience with it.
      const held = round % 2 === 1;
      const replies = held
        ? await behindALock(trial, ground, service.url, client, round)
        : await rush(client, round, atOnce);
      await checkRefused(trial, ground, client, replies, round);
      sizes.push(rssMb(service.pid) ?? 0);
      trial.progress(`round ${round + 1} of ${rounds}: ${JSON.stringify(tally(replies))}, RSS ${sizes.at(-1)} MB`);
    }
    const highest = Math.max(...sizes);
    trial.demand('I10', highest < RSS_MAX_MB, `the service grew to ${highest} MB`);
    trial.note(`RSS after each round: ${sizes.join(', ')} MB`);
    const sku = await client.sku(HOT);
    const placed = await (await ground.sql()).value(`select count(*)::int from orders where id like 'rush-%'`);
    trial.demand('I1', sku.reserved === placed, `${sku.reserved} are reserved for ${placed} orders`);
    await ground.audit();
    const code = await service.stop();
    trial.demand('I9', code === 0, `the service ended with ${code}`);
  },
};

/** On a machine that has ten other things to do, a connection may be closed before its request has come in time: it is asked again then. */
const TRIES = 10;

async function place(client: ShopClient, round: number, i: number): Promise<Reply> {
  for (let tries = 1; ; tries++) {
    try {
      return await client.ask(orderRequest(`rush-${round}-${i}`, { [HOT]: 1 }));
    } catch (broken) {
      if (tries === TRIES) throw broken;
    }
  }
}

function rush(client: ShopClient, round: number, atOnce: number): Promise<Reply[]> {
  return Promise.all(Array.from({ length: atOnce }, (_, i) => place(client, round, i)));
}

/** The commit waits until some have been refused: the line is as full as it gets. Meanwhile others are told so, and to come again. */
async function behindALock(
  trial: Trial,
  ground: Ground,
  url: string,
  client: ShopClient,
  round: number,
): Promise<Reply[]> {
  await using held = await holdLock(ground.url, 'select 1 from skus where id = $1 for update', [HOT]);
  let refused = 0;
  const asked = Promise.all(
    Array.from({ length: AT_ONCE[trial.size] }, async (_, i) => {
      const reply = await place(client, round, i);
      if (codeOf(reply) === 'overloaded') refused++;
      return reply;
    }),
  );
  // Whatever goes wrong before it is waited for is told when it is.
  asked.catch(() => {});
  await held.waitedFor();
  await until(() => {
    if (refused === 0) throw new Error('nobody was refused');
  });
  const more = await request(`${url}/skus/${HOT}/receive`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ quantity: 1 }),
  });
  await more.body.dump();
  const after = Number(more.headers['retry-after']);
  trial.demand('I10', more.statusCode === 503, `behind a full line one more was answered ${more.statusCode}`);
  trial.demand('I10', Number.isInteger(after) && after > 0, `Retry-After is ${more.headers['retry-after']}`);
  const live = await request(`${url}/health/live`);
  await live.body.dump();
  trial.demand('I9', live.statusCode === 200, `behind a full line /health/live is ${live.statusCode}`);
  await held.release();
  return asked;
}

/** All others were placed; who was refused is not there, and is placed when asking again. */
async function checkRefused(
  trial: Trial,
  ground: Ground,
  client: ShopClient,
  replies: readonly Reply[],
  round: number,
): Promise<void> {
  const ids = replies.flatMap((reply, i) => (codeOf(reply) === 'overloaded' ? [`rush-${round}-${i}`] : []));
  const isPlaced = ({ status }: Reply) => status === 201 || status === 200;
  const strange = replies.filter((reply) => !isPlaced(reply) && codeOf(reply) !== 'overloaded');
  trial.check(
    'I7',
    strange.slice(0, 5).map((reply) => `round ${round}: ${reply.status} ${reply.text}`),
  );
  const waits = replies.flatMap((reply) => (reply.status === 503 ? [problemIn(reply).retryAfterSeconds ?? 0] : []));
  trial.demand(
    'I10',
    waits.every((seconds) => seconds > 0),
    'some were refused without a time to come again',
  );
  const there = await ground.read((query) => query(`select id from orders where id like 'rush-${round}-%'`));
  const known = new Set(there.map((row) => String(row['id'])));
  trial.check(
    'I7',
    ids.filter((id) => known.has(id)).map((id) => `${id} was refused at the door and is there`),
  );
  // The line is short again.
  const again = await Promise.all(ids.slice(0, 500).map((id) => client.ask(orderRequest(id, { [HOT]: 1 }))));
  const turnedAway = again.filter((reply) => reply.status !== 201);
  trial.check(
    'I9',
    turnedAway.slice(0, 5).map((reply) => `asked again after the rush: ${reply.status} ${reply.text}`),
  );
}
