/** Hosts of the plugin, closed with the test. */
import fastify, { type FastifyServerOptions } from 'fastify';
import { type StockKeeperPluginOptions, stockKeeperPlugin } from '../../src/fastify.ts';
import type { App } from '../../src/http/door.ts';
import type { StockKeeperOptions } from '../../src/index.ts';
import { freshDatabase } from '../support/postgres.ts';

/** A database of its own, migrated and empty, for `createStockKeeper` and the plugin: a server's, which opens at a tenth of the embedded one's cost. */
export async function databaseOf(
  stack: Pick<AsyncDisposableStack, 'defer'>,
): Promise<Required<Pick<StockKeeperOptions, 'database' | 'schema'>>> {
  const fresh = await freshDatabase();
  stack.defer(() => fresh.drop());
  return { database: { url: fresh.url }, schema: 'public' };
}

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
