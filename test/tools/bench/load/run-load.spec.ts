/** The load against a shop of a few lines: what it sends, what it waits for, what it counts. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { LoadOptions, LoadResult } from '../way.ts';
import { HttpShop } from './http-shop.ts';
import { runLoad } from './run-load.ts';
import { askingOf, SKUS } from './workloads.ts';

type Answer = (path: string, body: string, response: ServerResponse) => void | Promise<void>;

/** Milliseconds that an order waits for its answer, so that a load of some tenths of a second is of some hundred requests. */
const PACE_MS = 4;

/** A server of this test alone; asked for orders and cancels, it does as `answer` says. */
async function shop(answer: Answer) {
  const server = createServer((request: IncomingMessage, response) => {
    void (async () => {
      const body = await text(request);
      if (request.method === 'GET') response.end('{}');
      else {
        await delay(PACE_MS);
        await answer(request.url ?? '', body, response);
      }
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, [Symbol.dispose]: () => server.close() };
}

const asked: LoadOptions = {
  workload: 'hot',
  prefix: 'hot-1',
  connections: 4,
  warmupSeconds: 0.1,
  seconds: 0.3,
  ratePerSecond: null,
};

async function loaded(
  url: string,
  options: LoadOptions,
  onMeasuring: () => void,
  lateMsMax?: number,
  asking = askingOf(options.workload, options.prefix, []),
): Promise<LoadResult> {
  await using at = await HttpShop.open(url, options.connections);
  return await runLoad(at, asking, options, onMeasuring, lateMsMax);
}

/** Places with ids that count up. */
function placing() {
  let orders = 0;
  return (response: ServerResponse): string => {
    const id = String(++orders);
    response.writeHead(201, { location: `/orders/${id}` }).end('{}');
    return id;
  };
}

describe('a closed loop', () => {
  it('counts every answer, and leaves nothing unanswered', async () => {
    const place = placing();
    let [placed, measuring] = [0, 0];
    using server = await shop((_path, body, response) => {
      expect(JSON.parse(body)).toEqual({ lines: [{ skuId: 'hot-1-0', quantity: 1 }], payment: 'cash_on_delivery' });
      placed = Number(place(response));
    });
    const result = await loaded(server.url, asked, () => {
      measuring++;
    });
    expect(measuring).toBe(1);
    expect(result).toMatchObject({ faults: [], placed: { orders: placed, units: placed } });
    expect(result.answers).toEqual({ 'place 201': placed });
    expect(result.answered).toBeGreaterThan(0);
    expect(result.answered).toBe(result.lines);
    expect(result.answered).toBeLessThanOrEqual(placed);
    expect(result.p50Ms).toBeLessThanOrEqual(result.p99Ms);
  });

  it('does not count what was sent away undecided, and calls an error a fault, with its text', async () => {
    const statuses = [503, 500];
    using server = await shop((_path, _body, response) => {
      response.writeHead(statuses.pop() ?? 503).end('out of order');
    });
    const result = await loaded(server.url, asked, () => {});
    expect(result).toMatchObject({
      answered: 0,
      placed: { orders: 0 },
      faults: ['place was answered 500 out of order'],
    });
    expect(result.answers).toMatchObject({ 'place 500': 1 });
  });

  it('calls it a fault when there is no stock though there is plenty', async () => {
    using server = await shop((_path, _body, response) => {
      response.writeHead(409).end();
    });
    const { faults } = await loaded(server.url, asked, () => {});
    expect(faults[0]).toBe('place was answered 409');
  });

  it('ends, with a fault, when its connections break', async () => {
    using server = await shop((_path, _body, response) => {
      response.destroy();
    });
    const { faults } = await loaded(server.url, asked, () => {});
    expect(faults[0]).toContain('other side closed');
  });
});

describe('a load that is to sell out', () => {
  it('is not measured before an order was refused', async () => {
    const place = placing();
    let [soldOut, early] = [false, false];
    setTimeout(() => {
      soldOut = true;
    }, 500);
    using server = await shop((_path, _body, response) => {
      if (soldOut) response.writeHead(409).end();
      else place(response);
    });
    const result = await loaded(server.url, { ...asked, workload: 'sold_out', prefix: 'sold_out-1' }, () => {
      early = !soldOut;
    });
    expect(early).toBe(false);
    expect(result).toMatchObject({ faults: [], lines: 0 });
    expect(result.answers['place 409']).toBeGreaterThan(0);
  });
});

describe('a load on cold SKUs', () => {
  const LAST = 300;

  it('asks for each once and is over with the last', async () => {
    const place = placing();
    const bodies = new Map<string, number>();
    using server = await shop((_path, body, response) => {
      bodies.set(body, (bodies.get(body) ?? 0) + 1);
      place(response);
    });
    const options: LoadOptions = { ...asked, workload: 'cold', seconds: 60, connections: 16 };
    const asking = askingOf('cold', options.prefix, []);
    // As if all but the last of them had been asked for.
    for (let n = 0; n < SKUS - LAST; n++) asking.next(false);
    const result = await loaded(server.url, options, () => {}, undefined, asking);
    expect(bodies.size).toBe(LAST + 1);
    expect([...bodies.values()].filter((times) => times > 1)).toHaveLength(1);
    expect(result.seconds).toBeLessThan(60);
    expect(result.faults).toEqual([]);
  });
});

describe('a load of orders that are cancelled', () => {
  it.each([4, 3, 1])('cancels each order twice, two by two at once, on %i connections', async (connections) => {
    const place = placing();
    const cancels = new Map<string, ServerResponse[]>();
    let alone = 0;
    using server = await shop((path, _body, response) => {
      if (path === '/orders') {
        place(response);
        return;
      }
      const asking = cancels.get(path) ?? [];
      cancels.set(path, [...asking, response]);
      // On connections that have a partner, neither cancel is answered before both have come.
      if (connections === 4 && asking.length === 1) for (const each of cancels.get(path) ?? []) each.end('{}');
      else if (connections !== 4) response.end('{}');
      if (asking.length > 1) alone++;
    });
    const result = await loaded(server.url, { ...asked, workload: 'place_cancel_cancel', connections }, () => {});
    expect(result.faults).toEqual([]);
    expect(result.placed.orders).toBeGreaterThan(0);
    expect(result.cancelled).toEqual(result.placed);
    expect(cancels.size).toBe(result.placed.orders);
    expect([...cancels.values()].filter(({ length }) => length !== 2)).toEqual([]);
    expect(alone).toBe(0);
    expect(result.answers).toEqual({ 'place 201': cancels.size, 'cancel 200': 2 * cancels.size });
  });
});

describe('an open loop', () => {
  it('counts what was due in the measured time, and not what had piled up before', async () => {
    const place = placing();
    const { promise: measuring, resolve } = Promise.withResolvers<void>();
    using server = await shop(async (_path, _body, response) => {
      await measuring;
      place(response);
    });
    const result = await loaded(server.url, { ...asked, ratePerSecond: 200 }, resolve);
    expect(result.faults).toEqual([]);
    expect(Math.abs(result.answered - 200 * result.seconds)).toBeLessThanOrEqual(1);
    expect(result.placed.orders).toBeGreaterThan(result.answered);
  });

  it('measures from when a request was due, also while all connections wait', async () => {
    const place = placing();
    let opens = Promise.resolve();
    let first = true;
    using server = await shop(async (_path, _body, response) => {
      await opens;
      place(response);
    });
    const result = await loaded(server.url, { ...asked, seconds: 0.5, ratePerSecond: 400 }, () => {
      if (first) opens = delay(400);
      first = false;
    });
    // 160 of the 200 requests fell due while nobody was answered: those of the first half waited for 150 milliseconds and more.
    expect(result.p50Ms).toBeGreaterThan(100);
    expect(result.faults).toEqual([]);
  });

  it('is given up when it falls too far behind', async () => {
    using server = await shop(async (_path, _body, response) => {
      await delay(200);
      response.writeHead(201).end();
    });
    const options = { ...asked, seconds: 60, ratePerSecond: 1000 };
    const result = await loaded(server.url, options, () => {}, 300);
    expect(result.faults).toEqual(['cannot keep up with 1000 requests a second']);
  });
});
