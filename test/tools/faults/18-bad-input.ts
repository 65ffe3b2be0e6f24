/** Bad input of every kind: each is refused with a problem of 4xx, none is a 500, nothing is written, and the memory stays what it was. */
import { Pool } from 'undici';
import { orderRequest } from '../../support/shop-client.ts';
import type { SqlSession } from '../../support/sql.ts';
import { RawClient } from '../../system/raw-client.ts';
import { type BadRequest, BY_HAND, badRequests } from './bad-bodies.ts';
import type { Fault } from './fault.ts';
import { rssMb } from './rss.ts';

const AT_ONCE = 16;
/** What 2 MiB bodies, sixteen at a time, may leave in the process after a garbage collection was due. */
const RSS_GROWTH_MAX_MB = 250;

export const fault: Fault = {
  row: 18,
  title: 'bad input',
  obstacle: async () => null,
  async run(trial) {
    const ground = await trial.ground();
    const sql = await ground.sql();
    const service = await ground.service();
    const client = ground.client(service.url);
    await client.stock(1000, 'a');
    await client.ask(orderRequest('placed', { a: 2 }));
    await client.ask(orderRequest('shipped', { a: 3 }, { payment: 'cash_on_delivery' }));
    await client.post('/orders/shipped/ship');
    const before = await contents(sql);
    const requests = badRequests();
    const rounds = trial.rounds(1, 10);
    const rssBefore = rssMb(service.pid);
    for (let round = 1; round <= rounds; round++) {
      const wrong = [...(await sendAll(service.url, requests)), ...(await sendRaw(service.url))];
      trial.check('I10', wrong);
      trial.demand(['I1', 'I3'], (await contents(sql)) === before, 'rows were written by a request that was refused');
      trial.progress(`round ${round} of ${rounds}: ${requests.length + Object.keys(BY_HAND).length} bad requests`);
    }
    const rssAfter = rssMb(service.pid);
    if (rssBefore !== null && rssAfter !== null) {
      trial.note(`${requests.length * rounds} bad requests; RSS ${rssBefore} MB before, ${rssAfter} MB after`);
      trial.demand('I10', rssAfter - rssBefore < RSS_GROWTH_MAX_MB, `RSS grew from ${rssBefore} to ${rssAfter} MB`);
    }
    // The same door takes what is right.
    const placed = await client.ask(orderRequest('bad', { a: 1 }));
    trial.demand('I9', placed.status === 201, `a right order is answered ${placed.status} ${placed.text}`);
    await ground.audit();
  },
};

async function sendAll(url: string, requests: readonly BadRequest[]): Promise<string[]> {
  const pool = new Pool(url, { connections: AT_ONCE });
  const faults: string[] = [];
  const left = requests.values();
  const worker = async () => {
    for (const request of left) {
      const fault = await send(pool, request).catch((error: unknown) => `no answer (${String(error)})`);
      if (fault !== null) faults.push(`${request.method} ${request.path.slice(0, 60)}, ${request.wrong}: ${fault}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await pool.destroy();
  return faults;
}

/** Null when it is refused as it must be, also where it is refused before all of it has come. */
async function send(pool: Pool, { method, path, headers, body }: BadRequest): Promise<string | null> {
  const response = await pool.request({ method, path, headers, body });
  const text = await response.body.text();
  const { statusCode: status } = response;
  const isProblem = String(response.headers['content-type']).startsWith('application/problem+json');
  if (status >= 400 && status < 500 && isProblem && codeIn(text) !== null) return null;
  return `${status} ${text.slice(0, 200)}`;
}

async function sendRaw(url: string): Promise<string[]> {
  const faults: string[] = [];
  for (const [wrong, bytes] of Object.entries(BY_HAND)) {
    await using client = await RawClient.connect(url);
    client.write(bytes);
    await client.closed;
    const [head = '', body = ''] = client.received.split('\r\n\r\n');
    const status = Number(head.split(' ')[1]);
    if (!(status >= 400 && status < 500) || codeIn(body) === null)
      faults.push(`${wrong}: ${client.received.slice(0, 200)}`);
  }
  return faults;
}

function codeIn(text: string): string | null {
  try {
    const { code } = JSON.parse(text) as { code?: unknown };
    return typeof code === 'string' ? code : null;
  } catch {
    return null;
  }
}

/** Of all tables that a request can write to. */
async function contents(sql: SqlSession): Promise<string> {
  const tables = ['skus', 'movements', 'orders', 'order_lines', 'idempotency_keys'];
  const digests = tables.map(
    (table) => `(select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from ${table} t)`,
  );
  return sql.value(`select concat_ws(',', ${digests.join()})`);
}
