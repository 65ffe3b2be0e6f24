/** A server whose event loop is late, and one that has as many connections as it takes. */
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildServer, type ServerLimits } from '../../../src/http/server.ts';
import { StandInKeeper } from '../stand-in.ts';

async function server(limits: Partial<ServerLimits>) {
  const keeper = new StandInKeeper();
  const app = await buildServer({ keeper, logger: false, limits });
  onTestFinished(() => app.close());
  return { app, keeper };
}

/** Holds the event loop up for so long at a time, again and again, until it is told to stop. */
function holdUp(ms: number): () => void {
  let stopped = false;
  const block = () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    if (!stopped) setImmediate(block);
  };
  block();
  return () => {
    stopped = true;
  };
}

describe('an event loop that is late', () => {
  it('sends requests away before they are looked at, but not those of supervisors, and takes them again when it has caught up', async () => {
    const { app, keeper } = await server({ eventLoopDelayMaxMs: 200 });
    expect((await app.inject('/skus/A')).statusCode).toBe(200);
    // Twice and more between two looks: of a single stall nothing is measured.
    const stop = holdUp(450);
    onTestFinished(stop);
    await expect.poll(async () => (await app.inject('/skus/A')).statusCode).toBe(503);
    const asked = keeper.asked.length;
    const { statusCode, headers, json } = await app.inject({
      method: 'POST',
      url: '/orders',
      payload: 'not even JSON',
    });
    expect([statusCode, json().code]).toEqual([503, 'overloaded']);
    expect(keeper.asked).toHaveLength(asked);
    for (const url of ['/health/live', '/metrics']) expect((await app.inject(url)).statusCode).toBe(200);
    stop();

    // What was said is true: who waits that long is let in.
    const seconds = Number(headers['retry-after']);
    expect(seconds).toBeGreaterThanOrEqual(2);
    expect(json().retryAfterSeconds).toBe(seconds);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    await expect.poll(async () => (await app.inject('/skus/A')).statusCode).toBe(200);
  });
});

describe('a server that takes three connections', () => {
  it('closes a fourth at once, counts it, and takes another when one has gone', async () => {
    const { app } = await server({ connectionsMax: 3 });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const sockets: Socket[] = [];
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    const open = async () => {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      sockets.push(socket);
      socket.setEncoding('utf8').write('GET /skus/A HTTP/1.1\r\nHost: x\r\n\r\n');
      const first = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => null)]);
      return { socket, answered: first !== null };
    };
    for (let i = 0; i < 3; i++) expect((await open()).answered).toBe(true);
    expect((await open()).answered).toBe(false);
    const { body } = await app.inject('/metrics');
    expect(body).toContain('\nstock_keeper_connections 3\n');
    expect(body).toContain('\nstock_keeper_connections_dropped_total 1\n');
    sockets[0]?.destroy();
    await expect.poll(async () => (await open()).answered).toBe(true);
  });
});
