/** Requests that are on the way when the server begins to close. */
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { buildServer } from '../../../src/http/server.ts';
import type { Answer } from '../../../src/shop/outcome.ts';
import { RawClient } from '../../system/raw-client.ts';
import { SKU, StandInKeeper } from '../stand-in.ts';

const RECEIVE = JSON.stringify({ quantity: 1 });
const POST = `POST /skus/A/receive HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${RECEIVE.length}\r\n\r\n${RECEIVE}`;

it.each([
  ['before closing begins', 2, 0],
  ['in the meantime', 1, 1],
])('requests sent ahead of their answers are all answered: %s', async (_when, before, after) => {
  const keeper = new HeldKeeper();
  const app = await buildServer({ keeper, logger: false });
  onTestFinished(() => app.close());
  await app.listen({ host: '127.0.0.1', port: 0 });
  await using client = await RawClient.connect(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`);
  client.write(POST.repeat(before));
  await expect.poll(() => keeper.held.length).toBe(before);
  const closed = app.close();
  await expect.poll(() => app.server.listening).toBe(false);
  client.write(POST.repeat(after));
  await expect.poll(() => keeper.held.length).toBe(2);
  for (const answer of keeper.held) answer({ outcome: { kind: 'sku', sku: SKU }, replayed: false });
  await client.closed;
  expect(client.received.match(/HTTP\/1\.1 \d+|(?<=connection: )\S+/gi)).toEqual([
    'HTTP/1.1 200',
    'keep-alive',
    'HTTP/1.1 200',
    'close',
  ]);
  await closed;
});

/** Answers when it is told to. */
class HeldKeeper extends StandInKeeper {
  readonly held: ((answer: Answer) => void)[] = [];

  override ask(): Promise<Answer> {
    return new Promise((resolve) => this.held.push(resolve));
  }
}
