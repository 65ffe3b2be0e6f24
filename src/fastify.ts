/**
 * The keeper in a host's Fastify server: the same routes as the service, below a prefix and behind the host's own
 * access check.
 *
 * The service is not built on this plugin, because it would have to switch half of it off. Both stand on the same door,
 * `putDoor`. The service adds API keys, load shedding and a way out, which only a whole server can have. Nobody calls
 * the methods of the service's keeper in process.
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
   * Which requests the host lets in. `everyone` lets everyone do everything, except pages of other sites. That is for a
   * server that only its own machine can reach.
   */
  readonly auth: AuthHook | 'everyone';
  /** The prefix of all paths, such as `/stock`. Without it, the host answers unknown paths. */
  readonly prefix?: string;
}

/**
 * A keeper that you close yourself, or the options of a keeper that is opened and closed with the host and logs to its
 * log.
 */
export type StockKeeperPluginOptions = PluginOptions & (StockKeeperOptions | { readonly stockKeeper: StockKeeper });

/**
 * Decorates the host with `stockKeeper` and puts the keeper's routes on it, in a context of their own. The host's
 * routes, parsers, schemas, serializers, error and not-found handlers stay as they are. Hooks of the host also see the
 * keeper's requests, and the host's error handler answers what they throw. `/openapi.json` and `/docs` are served
 * unless the host has `@fastify/swagger`, which then shows these routes among its own. Rejects as `createStockKeeper`
 * does.
 *
 * The host bounds what only a whole server can bound: connections, timeouts, load. It gives a plugin 10 s to start. If
 * the database may be slower, set its `pluginTimeout`, or open the keeper before and pass it as `stockKeeper`. Ids may
 * be longer than the host's `maxParamLength`, 100 by default: set `routerOptions: { maxParamLength: 1536 }`. When the
 * host begins to close, requests that wait for stock are answered at once. Put a second keeper in a context of its own:
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
    // The server closes when all requests are answered, and these would wait for up to a minute.
    stopWaiting();
  });
  const secure = await secureHeaders();
  const documents = !host.hasDecorator('swagger');
  await host.register(
    async (own) => {
      // The host may have schemas of the same names, or its own serializers, for other answers.
      own.setSchemaController({ bucket: schemaBucket() });
      own.setReplySerializer((payload) => JSON.stringify(payload));
      own.addHook('onSend', (_request, reply, _payload, done) => {
        // Otherwise the server would wait for a kept connection until its client closes it.
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

// The plugin runs in the host's own context. In one below it, the host would not get the decoration.
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
  // Closes the keeper even if it opens after the host has given up. Otherwise it would hold the database.
  host.addHook('onClose', async () => {
    const opened = await opening.catch(() => null);
    await opened?.close();
  });
  return opening;
}
