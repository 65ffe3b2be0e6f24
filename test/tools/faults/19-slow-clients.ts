/**
 * Clients that are slow on purpose: requests of which a byte comes each second, and connections on which nothing is ever said. They are
 * closed in time, and everybody else is served meanwhile.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { percentile } from '../../support/percentile.ts';
import { orderRequest, type ShopClient } from '../../support/shop-client.ts';
import { RawClient } from '../../system/raw-client.ts';
import type { Fault, Trial } from './fault.ts';
import { rssMb } from './rss.ts';

const IDLE = 1000;
const SLOW = { short: 40, long: 200 };
/** A request may take 15 seconds to arrive; the rest is for a busy machine, and for one that runs other tests meanwhile. */
const CLOSED_WITHIN_MS = { short: 180_000, long: 45_000 };
/** An open connection costs the kernel and the process some kB. */
const RSS_GROWTH_MAX_MB = 150;
/** Somebody who is not slow asks so often. */
const EVERY_MS = { short: 25, long: 4 };
/** As slow as this, times what it is without the slow ones, may 99 % of the others' requests be. */
const SLOWER_MAX = 2;

const HEAD = 'POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
/** What is sent at once, and the rest, which comes a byte a second. */
const DAWDLERS = [
  { name: 'a head', at: HEAD.slice(0, 20), rest: HEAD.slice(20) },
  { name: 'headers without end', at: HEAD, rest: 'X-Slow: '.padEnd(200, 'x') },
  {
    name: 'a body',
    at: `${HEAD}Content-Length: 60\r\n\r\n`,
    rest: '{"id":"slow","lines":[{"skuId":"a","quantity":1}]}'.padEnd(60),
  },
  { name: 'chunks', at: `${HEAD}Transfer-Encoding: chunked\r\n\r\n`, rest: '1\r\n{\r\n1\r\n}\r\n0\r\n' },
] as const;

export const fault: Fault = {
  row: 19,
  title: 'slow clients, idle sockets',
  obstacle: async () => null,
  async run(trial) {
    const ground = await trial.ground();
    const sql = await ground.sql();
    const service = await ground.service();
    const client = ground.client(service.url);
    await client.stock(1_000_000, 'a');
    const rounds = trial.rounds(1, 3);
    for (let round = 0; round < rounds; round++) {
      const alone = trial.size === 'long' ? await serve(trial, client, `${round}-alone`, pause(10_000)) : [];
      const rssBefore = rssMb(service.pid);
      const idle = await Promise.all(Array.from({ length: IDLE }, () => RawClient.connect(service.url)));
      const began = performance.now();
      const patience = new Patience(CLOSED_WITHIN_MS[trial.size]);
      const slow = Array.from({ length: SLOW[trial.size] }, (_, i) =>
        dawdle(service.url, DAWDLERS[i % DAWDLERS.length] ?? DAWDLERS[0], patience),
      );
      const rssMeanwhile = rssMb(service.pid);
      const allClosed = Promise.all([...idle.map((one) => patience.closed(one)), ...slow]);
      const meanwhile = await serve(trial, client, `${round}-meanwhile`, allClosed);
      patience.stop();
      const what = `round ${round}: slow or idle connections are open after ${CLOSED_WITHIN_MS[trial.size]} ms`;
      trial.demand('I10', !patience.isOver, what);
      const seconds = (performance.now() - began) / 1000;
      for (const one of idle) await one[Symbol.asyncDispose]();
      trial.check('I10', (await Promise.all(slow)).flat());
      if (rssBefore !== null && rssMeanwhile !== null) {
        trial.demand(
          'I10',
          rssMeanwhile - rssBefore < RSS_GROWTH_MAX_MB,
          `RSS grew from ${rssBefore} to ${rssMeanwhile} MB`,
        );
      }
      told(trial, alone, meanwhile, seconds);
    }
    trial.demand(
      'I3',
      (await sql.value(`select count(*)::int from orders where id = 'slow'`)) === 0,
      'an order that never came whole was placed',
    );
    await ground.audit();
  },
};

/** How long connections are waited for: running → over (by its timer) or stopped. */
class Patience {
  isOver = false;
  readonly #over: Promise<void>;
  readonly #timer: NodeJS.Timeout;

  constructor(ms: number) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#over = promise;
    this.#timer = setTimeout(() => {
      this.isOver = true;
      resolve();
    }, ms);
  }

  /** Resolves when the connection is closed, or when patience is over. */
  async closed(client: RawClient): Promise<void> {
    await Promise.race([client.closed, this.#over]);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** Sends a request a byte a second until the connection is closed. Answers what was wrong with how it was. */
async function dawdle(
  url: string,
  { name, at, rest }: (typeof DAWDLERS)[number],
  patience: Patience,
): Promise<string[]> {
  await using client = await RawClient.connect(url);
  let isClosed = false;
  void client.closed.then(() => {
    isClosed = true;
  });
  client.write(at);
  // Not all in the same moment of each second: it is this process that writes, and times the others.
  await Promise.race([pause(Math.random() * 1000), client.closed]);
  for (const byte of rest) {
    if (isClosed || patience.isOver) break;
    client.write(byte);
    await Promise.race([pause(1000), client.closed]);
  }
  await patience.closed(client);
  const isTold = client.received.includes('"code":"request_timeout"');
  return isTold ? [] : [`${name}, a byte a second, was answered: ${client.received.slice(0, 200) || 'nothing'}`];
}

/** Places orders at a pace of its own until `end`. Answers what each took, milliseconds. */
async function serve(trial: Trial, client: ShopClient, name: string, end: Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  const refused: string[] = [];
  const open: Promise<void>[] = [];
  let over = false;
  void end.then(() => {
    over = true;
  });
  for (let n = 0; !over; n++) {
    const began = performance.now();
    open.push(
      client.ask(orderRequest(`${name}-${n}`, { a: 1 })).then(({ status, text }) => {
        took.push(performance.now() - began);
        if (status !== 201) refused.push(`${name}-${n}: ${status} ${text}`);
      }),
    );
    await pause(EVERY_MS[trial.size]);
  }
  await Promise.all(open);
  trial.check('I9', refused);
  return took;
}

function told(trial: Trial, alone: readonly number[], meanwhile: readonly number[], seconds: number): void {
  const p99 = percentile(meanwhile, 0.99);
  trial.progress(`all closed after ${seconds.toFixed(1)} s, ${meanwhile.length} others served`);
  if (alone.length === 0) return;
  const p99Alone = percentile(alone, 0.99);
  trial.note(
    `slow and idle clients closed after ${seconds.toFixed(1)} s; p99 of the others ${p99.toFixed(1)} ms, without them ${p99Alone.toFixed(1)} ms`,
  );
  const slower = `p99 of ${p99.toFixed(1)} ms beside slow clients, ${p99Alone.toFixed(1)} ms without`;
  trial.demand('I9', p99 <= SLOWER_MAX * p99Alone, slower);
}
