/**
 * A load process: many connections in a closed loop, each asking the same thing again as soon as it is answered.
 * `node load.ts '<LoadOptions as JSON>'` prints a `LoadResult` as JSON. Nothing is left unanswered when it ends.
 */
import { Client, type Dispatcher } from 'undici';
import { percentile } from '../support/percentile.ts';

export interface LoadOptions {
  readonly url: string;
  readonly path: string;
  /** JSON text of every request. */
  readonly body: string;
  readonly connections: number;
  /** Asked before the measured time begins. */
  readonly warmupSeconds: number;
  readonly seconds: number;
}

export interface LoadResult {
  /** Answers in the measured time, and how long it was. */
  readonly answered: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** All answers by status, warm-up included. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Broken connections. */
  readonly faults: readonly string[];
  /** Of one core, taken by this process: near 1 it is the load that limits, not what is measured. */
  readonly cpu: number;
}

const options = JSON.parse(process.argv[2] ?? '') as LoadOptions;
console.log(JSON.stringify(await load(options)));

async function load({ url, path, body, connections, warmupSeconds, seconds }: LoadOptions): Promise<LoadResult> {
  const statuses: Record<string, number> = {};
  const faults: string[] = [];
  const latenciesMs: number[] = [];
  const began = performance.now();
  const from = began + warmupSeconds * 1000;
  const until = from + seconds * 1000;
  const asked: Dispatcher.DispatchOptions = {
    path,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  };
  let cpuBefore = process.cpuUsage();

  /** One connection; resolves once its last answer has come. */
  const loop = (client: Client): Promise<void> =>
    new Promise((resolve) => {
      let sent = 0;
      const ask = () => {
        sent = performance.now();
        if (sent >= until) resolve();
        else client.dispatch(asked, handler);
      };
      const handler: Dispatcher.DispatchHandler = {
        onRequestStart() {},
        onResponseStart(_, status) {
          statuses[status] = (statuses[status] ?? 0) + 1;
        },
        onResponseData() {},
        onResponseEnd() {
          const now = performance.now();
          if (now >= from && now < until) latenciesMs.push(now - sent);
          // Not from within the handler: the connection is free only when it has returned.
          queueMicrotask(ask);
        },
        onResponseError(_, error) {
          faults.push(String(error));
          resolve();
        },
      };
      ask();
    });

  const clients = Array.from(
    { length: connections },
    () => new Client(url, { headersTimeout: 30_000, bodyTimeout: 30_000 }),
  );
  const measured = setTimeout(() => {
    cpuBefore = process.cpuUsage();
  }, warmupSeconds * 1000);
  await Promise.all(clients.map(loop));
  clearTimeout(measured);
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpu = (user + system) / 1e6 / ((performance.now() - from) / 1000);
  await Promise.all(clients.map((client) => client.close()));
  return {
    answered: latenciesMs.length,
    seconds,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    statuses,
    faults: faults.slice(0, 5),
    cpu,
  };
}
