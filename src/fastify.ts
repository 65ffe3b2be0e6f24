/**
 * The keeper in a Fastify server of somebody else: the same routes as the service, behind a prefix and the host's own
 * access.
 *
 * The service is the same door, `putDoor`, with API keys, shedding and a way out that only a whole server can have,
 * before a keeper that nobody calls by its methods. So both stand on the door, rather than the service on this plugin
 * with half of it switched off.
 */
import './lib/need-node.js';
import type { FastifyInstance, FastifyPluginAsync, RegisterOptions } from 'fastify';
import { ID_LENGTH_MAX } from './api/fields.ts';
import { OPEN } from './http/access/auth.ts';
import type { AuthHook } from './http/access/auth-hook.ts';
import { Metrics } from './http/metrics/metrics.ts';
import { putDoor } from './http/put-door.ts';
import { schemaBucket } from './http/schema-bucket.ts';
import { SERVER_LIMITS } from './http/server.ts';
import { Lingering } from './http/wire/lingering.ts';
import { secureHeaders } from './http/wire/secure-headers.ts';
import { newOrderId } from './lib/order-id.ts';
import { createStockKeeper, type StockKeeperOptions } from './library/create.ts';
import { INSIDE } from './library/inside.ts';
import { isStockKeeper, type StockKeeper } from './library/stock-keeper.ts';

export type { RouteRole } from './api/role.ts';
export type { AuthHook } from './http/access/auth-hook.ts';

declare module 'fastify' {
  interface FastifyInstance {
    stockKeeper: StockKeeper;
  }
}

interface PluginOptions {
  /**
   * Whom the host lets in; `everyone` lets everyone do everything, but for pages of other sites: for a server that only
   * its own machine reaches.
   */
  readonly auth: AuthHook | 'everyone';
  /** Before all paths, such as `/stock`. Without it, unknown paths stay the host's to answer. */
  readonly prefix?: string;
}

/**
 * A keeper that is yours to close, or the options of one that is opened with the host, logs to its log and is closed
 * with it.
 */
export type StockKeeperPluginOptions = PluginOptions & (StockKeeperOptions | { readonly stockKeeper: StockKeeper });

/**
 * Decorates the host with `stockKeeper`, and puts the keeper's routes on it, in a context of their own: the host's
 * routes, parsers, schemas, serializers, error and not-found handlers stay as they are. Its hooks see the keeper's
 * requests, too; what they throw, its error handler answers. `/openapi.json` and `/docs` are served unless the host has
 * `@fastify/swagger`, which then shows these routes among its own. Rejects as `createStockKeeper`.
 *
 * What only a whole server can bound is the host's: connections, timeouts, load. It gives a plugin 10 s to start: where
 * the database may be slower, set its `pluginTimeout`, or open the keeper before and give it as `stockKeeper`. Ids may
 * be longer than its `maxParamLength`, 100 by default: set `routerOptions: { maxParamLength: 1536 }`. When the host
 * begins to close, those who wait for stock are told so. A second keeper is put in a context of its own:
 * `app.register(async (other) => { await other.register(stockKeeperPlugin, …) })`.
 */
export const stockKeeperPlugin: FastifyPluginAsync<StockKeeperPluginOptions> = async (host, options) => {
  const { auth } = options;
  if (options.prefix !== undefined && typeof options.prefix !== 'string') {
    throw new TypeError('stockKeeperPlugin: prefix must be a text.');
  }
  const prefix = (options.prefix ?? '').replace(/\/+$/, '');
  refuseMisuse(host, auth, prefix);
  const keeper = await keeperOf(host, options);
  const { door, defaultFreight, stopWaiting, watch } = keeper[INSIDE];
  host.decorate('stockKeeper', keeper);
  const metrics = new Metrics();
  const unwatch = watch(metrics.observe);
  host.addHook('onClose', async () => unwatch());
  let isClosing = false;
  host.addHook('preClose', async () => {
    isClosing = true;
    // The server closes when all are answered, and these would wait for a minute.
    stopWaiting();
  });
  const secure = await secureHeaders();
  const documents = !host.hasDecorator('swagger');
  await host.register(
    async (own) => {
      // The host may have schemas of these names, or serializers of its own, for other answers.
      own.setSchemaController({ bucket: schemaBucket() });
      own.setReplySerializer((payload) => JSON.stringify(payload));
      own.addHook('onSend', (_request, reply, _payload, done) => {
        // The server would wait for a kept connection until its client lets go of it.
        if (isClosing) reply.header('connection', 'close');
        done();
      });
      await putDoor(own, {
        keeper: door,
        access: auth === 'everyone' ? OPEN : auth,
        metrics,
        secureHeaders: secure,
        unreadBytesMax: SERVER_LIMITS.unreadBytesMax,
        lingering: new Lingering(),
        defaultFreight,
        newOrderId,
        isInHost: true,
        answersUnknown: prefix !== '',
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

function refuseMisuse(host: FastifyInstance, auth: unknown, prefix: string): void {
  if (typeof auth !== 'function' && auth !== 'everyone') {
    throw new TypeError(`stockKeeperPlugin: auth must say whom the host lets in: a function, or 'everyone'.`);
  }
  if (/[:*]/.test(host.prefix + prefix)) {
    throw new TypeError('stockKeeperPlugin: prefix must be the same for all requests, without parameters.');
  }
  if (host.hasDecorator('stockKeeper')) {
    throw new TypeError(
      'stockKeeperPlugin: this context has a stockKeeper already. Register each in a context of its own, beside the ' +
        'other: app.register(async (own) => { await own.register(stockKeeperPlugin, options); }).',
    );
  }
  const { routerOptions, maxParamLength: ofOld } = host.initialConfig;
  const maxParamLength = routerOptions?.maxParamLength ?? ofOld ?? 100;
  if (maxParamLength < ID_LENGTH_MAX) {
    host.log.info(
      { maxParamLength },
      'ids that are longer cannot be in a path: set routerOptions.maxParamLength to 1536',
    );
  }
}

async function keeperOf(host: FastifyInstance, options: StockKeeperPluginOptions): Promise<StockKeeper> {
  if ('stockKeeper' in options) {
    const { stockKeeper } = options;
    if (isStockKeeper(stockKeeper)) return stockKeeper;
    throw new TypeError('stockKeeperPlugin: stockKeeper must be what createStockKeeper of this package resolved with.');
  }
  const { auth, prefix, logLevel, logSerializers, ...ofKeeper } = options as RegisterOptions &
    PluginOptions &
    StockKeeperOptions;
  const opening = createStockKeeper({ logger: host.log, ...ofKeeper });
  // Also one that opens when the host has given up: it would hold the database.
  host.addHook('onClose', async () => {
    const opened = await opening.catch(() => null);
    await opened?.close();
  });
  return opening;
}
