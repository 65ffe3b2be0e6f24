/** The service's routes as a plugin in a Fastify host with an order of its own: what the host's hooks and routes cost, and what the plugin does beside the service. */
import fastify from 'fastify';
import { stockKeeperPlugin } from '../../../../src/fastify.ts';
import { keepGarbageYoung } from '../../../../src/lib/young-garbage.ts';

keepGarbageYoung();
// As the service logs by default.
const host = fastify({
  logger: { level: 'info', stream: process.stderr },
  disableRequestLogging: true,
  routerOptions: { maxParamLength: 1536 },
  pluginTimeout: 60_000,
});
host.addHook('onRequest', (request, _reply, done) => {
  request.log.trace('mine');
  done();
});
for (const name of ['home', 'search', 'account', 'basket']) {
  host.get(`/${name}/:id`, async ({ params }) => ({ name, params }));
  host.post(`/${name}`, async ({ body }) => ({ name, body }));
}
await host.register(stockKeeperPlugin, { database: { url: process.env['DATABASE_URL'] ?? '' }, auth: 'everyone' });
process.once('SIGTERM', () => void host.close().then(() => process.exit(0)));
console.log(`Stock Keeper is ready on ${await host.listen({ host: '127.0.0.1', port: 0 })}`);
