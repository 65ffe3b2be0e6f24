/** Clients that ask for long lists and do not read them. */
import { type AddressInfo, connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { buildServer } from '../../../src/http/server.ts';
import { ORDER, StandInKeeper } from '../stand-in.ts';

/** More than the system's own buffers hold between two sockets. */
const LINES = Array.from({ length: 500 }, (_, i) => ({
  skuId: `SKU-${i}`,
  quantity: 1,
  ordered: 1,
  unitPrice: 5,
  returned: 0,
}));
const ORDERS = Array.from({ length: 400 }, (_, i) => ({ ...ORDER, id: `O-${i}`, lines: LINES }));

it('a long answer that is not taken keeps other long ones out, and nobody else', async () => {
  const keeper = new StandInKeeper();
  keeper.lists = { ...keeper.lists, orders: async () => ({ items: ORDERS, next: null }) };
  const app = await buildServer({
    keeper,
    logger: false,
    limits: { unreadBytesMax: 1_000_000 },
  });
  onTestFinished(() => app.close());
  await app.listen({ host: '127.0.0.1', port: 0 });
  expect((await app.inject('/orders')).body.length).toBeGreaterThan(10_000_000);

  const mute = connect((app.server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
  onTestFinished(() => {
    mute.destroy();
  });
  mute.pause().write('GET /orders HTTP/1.1\r\nHost: x\r\n\r\n');
  await expect.poll(async () => (await app.inject('/orders')).statusCode).toBe(503);
  const { json, headers } = await app.inject('/orders');
  expect(json()).toMatchObject({ code: 'overloaded', retryAfterSeconds: Number(headers['retry-after']) });
  expect((await app.inject('/skus/A')).statusCode).toBe(200);

  mute.destroy();
  await expect.poll(async () => (await app.inject('/orders')).statusCode).toBe(200);
});
