/** More idle sockets than a process may have files open: it lives, those who were there are answered, and others are when there is room again. */
import { setTimeout as pause } from 'node:timers/promises';
import { withFiles } from '../../support/service.ts';
import { orderRequest } from '../../support/shop-client.ts';
import { RawClient } from '../../system/raw-client.ts';
import type { Fault, Ground, Trial } from './fault.ts';

const FILES_MAX = 1024;
const IDLE = 1500;
/** Longer than whatever looks at anything each second. */
const MEANWHILE_MS = { short: 2500, long: 30_000 };
const EVERY_MS = 20;
/** A connection that says nothing is closed in 15 seconds; the rest is for a busy machine. */
const ROOM_WITHIN_MS = 45_000;

export const fault: Fault = {
  row: 23,
  title: 'few file descriptors, many idle sockets',
  obstacle: async () => null,
  async run(trial) {
    await crowd(trial, await trial.ground(), 'server');
    if (trial.size === 'long') await crowd(trial, await trial.embedded(), 'embedded');
  },
};

async function crowd(trial: Trial, ground: Ground, name: string): Promise<void> {
  const service = await ground.service({}, { through: withFiles(FILES_MAX) });
  trial.demand('I10', service.logs().includes('CONNECTIONS_MAX is lowered'), `${name}: the limit was not told`);
  const client = ground.client(service.url);
  await client.stock(1_000_000, 'a');
  const refused: string[] = [];
  const order = async (id: string) => {
    const { status, text } = await client.ask(orderRequest(`${name}-${id}`, { a: 1 }));
    if (status !== 201) refused.push(`${id}: ${status} ${text}`);
  };
  // Two connections are there before the crowd is.
  await Promise.all([order('first'), order('second')]);
  const idle = await Promise.all(Array.from({ length: IDLE }, () => RawClient.connect(service.url)));
  trial.defer(() => Promise.all(idle.map((one) => one[Symbol.asyncDispose]())));
  let orders = 0;
  for (const until = performance.now() + MEANWHILE_MS[trial.size]; performance.now() < until; orders++) {
    await order(String(orders));
    await pause(EVERY_MS);
  }
  trial.check('I9', refused);
  trial.progress(`${name}: ${orders} orders placed beside ${IDLE} idle sockets`);

  const metrics = (await client.get('/metrics')).text;
  const dropped = Number(/^stock_keeper_connections_dropped_total (\d+)$/m.exec(metrics)?.[1]);
  trial.demand('I10', dropped > 0, `${name}: ${dropped} connections were turned away`);
  await Promise.all(idle.map((one) => one[Symbol.asyncDispose]()));
  const isIn = await takesAnother(service.url);
  trial.demand('I9', isIn, `${name}: nobody new was let in within ${ROOM_WITHIN_MS} ms`);
  trial.demand('I9', (await service.stop()) === 0, `${name}: it did not end with 0\n${service.logs()}`);
  await ground.audit();
}

async function takesAnother(url: string): Promise<boolean> {
  for (const until = performance.now() + ROOM_WITHIN_MS; performance.now() < until; await pause(100)) {
    await using one = await RawClient.connect(url);
    one.write('GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await one.closed;
    if (one.received.startsWith('HTTP/1.1 200')) return true;
  }
  return false;
}
