/** Hosts of the plugin, closed with the test. */
import fastify, { type FastifyServerOptions } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type StockKeeperPluginOptions, stockKeeperPlugin } from '../../src/fastify.ts';
import type { App } from '../../src/http/door.ts';
import { createStockKeeper, type StockKeeper, type StockKeeperOptions } from '../../src/index.ts';
import { withMugs } from '../library/keepers.ts';
import { freshDatabase } from '../support/postgres.ts';

/** A database of its own, migrated and empty, for `createStockKeeper` and the plugin: a server's, which opens at a tenth of the embedded one's cost. */
export async function databaseOf(
  stack: Pick<AsyncDisposableStack, 'defer'>,
): Promise<Required<Pick<StockKeeperOptions, 'database' | 'schema'>>> {
  const fresh = await freshDatabase();
  stack.defer(() => fresh.drop());
  return { database: { url: fresh.url }, schema: 'public' };
}

/**
 * One keeper for all tests of a file, with ten mugs, and a stack of its own for each test: `take` is told both before
 * each test. All are disposed of at their ends.
 */
export function keepOneKeeper(take: (opened: { keeper: StockKeeper; stack: AsyncDisposableStack }) => void): void {
  const whole = new AsyncDisposableStack();
  let keeper: StockKeeper;
  let stack: AsyncDisposableStack;
  beforeAll(async () => {
    keeper = whole.use(await createStockKeeper(await databaseOf(whole)));
    await withMugs(keeper, 10);
  });
  afterAll(() => whole.disposeAsync());
  beforeEach(() => {
    stack = new AsyncDisposableStack();
    take({ keeper, stack });
  });
  afterEach(() => stack.disposeAsync());
}

/** An order of mugs, as a body. */
export const order = (quantity: number) => ({ lines: [{ skuId: 'MUG', quantity }] });

/** A host that is closed when the stack is disposed of, not yet ready. */
export function hostOf(stack: AsyncDisposableStack, options: FastifyServerOptions = {}): App {
  // The embedded database takes its time on a busy machine.
  const host: App = fastify({ pluginTimeout: 60_000, ...options });
  stack.defer(() => host.close());
  return host;
}

/** A host with nothing but the plugin, ready. */
export async function withPlugin(
  stack: AsyncDisposableStack,
  options: StockKeeperPluginOptions,
  server: FastifyServerOptions = {},
): Promise<App> {
  const host = hostOf(stack, server);
  await host.register(stockKeeperPlugin, options);
  await host.ready();
  return host;
}

/** What is on hand, as a body for `POST /skus`. */
export const CUP = { id: 'CUP', name: 'Cup', price: 500, onHand: 5 };
