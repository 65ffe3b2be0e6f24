/** The library while its database is in trouble, and what it leaves behind in a process: nothing. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStockKeeper, type StockKeeper } from '../../src/index.ts';
import { embeddedFolder } from '../support/embedded.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { Wire } from '../support/proxy.ts';
import { mugsOf, withMugs } from './keepers.ts';

let fresh: FreshDatabase;
let wire: Wire;
let stack: AsyncDisposableStack;
const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  fresh = await freshDatabase();
  stack.defer(() => fresh.drop());
  wire = stack.use(await Wire.open(fresh.url));
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(async () => {
  process.off('unhandledRejection', note);
  await stack.disposeAsync();
});

const one = { lines: [{ skuId: 'MUG', quantity: 1 }] };
const openKeeper = async (): Promise<StockKeeper> =>
  withMugs(stack.use(await createStockKeeper({ database: { url: wire.url } })), 10);

describe('a database that goes away', () => {
  it('is no reason to throw: what was asked is answered, and asked again it has happened once', async () => {
    const keeper = await openKeeper();
    const cut = wire.atCommit('cut_after');
    const asked = [keeper.placeOrder({ id: 'o1', ...one }), keeper.placeOrder({ id: 'o2', ...one }), keeper.listSkus()];
    await cut;
    wire.cutAll();
    for (const { kind } of await Promise.all(asked)) {
      expect(['order_placed', 'page', 'unknown_outcome', 'standby', 'database_unavailable']).toContain(kind);
    }
    for (const id of ['o1', 'o2']) {
      await expect.poll(async () => (await keeper.placeOrder({ id, ...one })).kind).toBe('order_placed');
    }
    expect(await mugsOf(keeper)).toBe(8);
    expect(unhandled).toEqual([]);
  });

  it('keeps nobody from closing', async () => {
    const keeper = await openKeeper();
    const silence = wire.atCommit('swallow');
    const asked = keeper.placeOrder({ id: 'o1', ...one });
    await silence;
    await Promise.all([keeper.close(), keeper.close()]);
    expect((await asked).kind).toBe('unknown_outcome');
    expect((await keeper.placeOrder({ id: 'o1', ...one })).kind).toBe('closing');
    expect(await keeper.readiness()).toMatchObject({ ready: false });
    expect(unhandled).toEqual([]);
  });

  it('or was never there is told with its place and without its password', async () => {
    const url = 'postgres://clerk:secret@127.0.0.1:1/shop';
    const failure = await createStockKeeper({ database: { url } }).catch((error: unknown) => String(error));
    expect(failure).toMatch(/127\.0\.0\.1.*shop/);
    expect(failure).not.toContain('secret');
  });
});

describe('a process', () => {
  it('has the same listeners once a keeper is closed, and while it is open', async () => {
    const listeners = () => process.eventNames().map((name) => [name, process.listenerCount(name)]);
    const before = listeners();
    const keeper = await openKeeper();
    await keeper.placeOrder(one);
    expect(listeners()).toEqual(before);
    await keeper.close();
    expect(listeners()).toEqual(before);
  });

  it('cannot open a folder twice', async () => {
    const dataDir = await embeddedFolder(stack);
    await using _first = await createStockKeeper({ database: { dataDir } });
    await expect(createStockKeeper({ database: { dataDir } })).rejects.toThrow(dataDir);
  });
});
