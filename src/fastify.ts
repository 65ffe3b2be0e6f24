/** The keeper in a Fastify server of somebody else: the same routes as the service, behind a prefix and the host's own access. */
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { type AuthHook, OPEN } from './http/auth.ts';
import { Metrics } from './http/metrics.ts';
import { newOrderId } from './http/order-id.ts';
import { putDoor } from './http/put-door.ts';
import { schemaBucket } from './http/schema-bucket.ts';
import { secureHeaders } from './http/secure-headers.ts';
import { SERVER_LIMITS } from './http/server.ts';
import { createStockKeeper, type StockKeeperOptions } from './library/create.ts';
import { INSIDE } from './library/inside.ts';
import type { StockKeeper } from './library/stock-keeper.ts';

export type { AuthHook } from './http/auth.ts';

declare module 'fastify' {
  interface FastifyInstance {
    stockKeeper: StockKeeper;
  }
}

interface DoorOptions {
  /** Whom the host lets in; `everyone` lets everyone do everything, for a server that only its own machine reaches. */
  readonly auth: AuthHook | 'everyone';
  /** Before all paths, such as `/stock`. Without it, unknown paths stay the host's to answer. */
  readonly prefix?: string;
}

/** A keeper that is yours to close, or the options of one that is opened with the host, logs to its log and is closed with it. */
export type StockKeeperPluginOptions = DoorOptions & (StockKeeperOptions | { readonly stockKeeper: StockKeeper });

/**
 * Decorates the host with `stockKeeper`, and puts the keeper's routes on it, in a context of their own: the host's routes, parsers, schemas, error and
 * not-found handlers stay as they are, while its hooks see the keeper's requests, too. `/openapi.json` and `/docs` are served unless the host has
 * `@fastify/swagger`, which then shows these routes among its own. Rejects as `createStockKeeper`.
 *
 * What only a whole server can bound is the host's: connections, timeouts, load. Ids may be longer than its `maxParamLength`, 100 by default: set
 * `routerOptions: { maxParamLength: 1536 }`. When the host begins to close, those who wait for stock are told so.
 */
export const stockKeeperPlugin: FastifyPluginAsync<StockKeeperPluginOptions> = async (host, options) => {
  const { auth, prefix = '' } = options;
  if (typeof auth !== 'function' && auth !== 'everyone') {
    throw new TypeError(`stockKeeperPlugin: auth must say whom the host lets in: a function, or 'everyone'.`);
  }
  const keeper = await keeperOf(host, options);
  const { door, defaultFreight, stopWaiting, watch } = keeper[INSIDE];
  host.decorate('stockKeeper', keeper);
  host.addHook('preClose', (done) => {
    stopWaiting();
    done();
  });
  const metrics = new Metrics();
  watch(metrics.observe);
  const secure = await secureHeaders();
  const documents = !host.hasDecorator('swagger');
  await host.register(
    async (own) => {
      // The host may have schemas of these names, or a serializer that takes others.
      own.setSchemaController({ bucket: schemaBucket() });
      own.setSerializerCompiler(() => JSON.stringify);
      await putDoor(own, {
        keeper: door,
        access: auth === 'everyone' ? OPEN : auth,
        metrics,
        secureHeaders: secure,
        unreadBytesMax: SERVER_LIMITS.unreadBytesMax,
        defaultFreight,
        newOrderId,
        answersUnknown: own.prefix !== '',
        documents,
      });
    },
    { prefix },
  );
};

// Of the host's own context, not one below it: else it would not have what it is decorated with.
Object.assign(stockKeeperPlugin, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'stock-keeper',
});

async function keeperOf(host: FastifyInstance, options: StockKeeperPluginOptions): Promise<StockKeeper> {
  if ('stockKeeper' in options) return options.stockKeeper;
  const keeper = await createStockKeeper({ logger: host.log, ...options });
  host.addHook('onClose', () => keeper.close());
  return keeper;
}
