import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { requireRoles, roleForAll } from '../../../src/http/access/roles.ts';
import type { App } from '../../../src/http/door.ts';

function server(): App {
  const app: App = fastify();
  requireRoles(app);
  return app;
}

const handler = async () => 'x';

describe('a route that does not say who may use it', () => {
  it('keeps the server from being built, and is named', async () => {
    const app = server();
    app.get('/told', { config: { role: 'reader' }, handler });
    app.post('/open', handler);
    await expect(app.ready()).rejects.toThrow('config.role is missing: who may use POST /open?');
  });

  it('is found in a plugin too', async () => {
    const app = server();
    await app.register((inner, _options, done) => {
      inner.get('/inner', { handler });
      done();
    });
    await expect(app.ready()).rejects.toThrow('GET /inner');
  });

  it('is told by whoever puts a plugin on', async () => {
    const app = server();
    await app.register((inner: App, _options, done) => {
      roleForAll(inner, 'public');
      inner.get('/inner', { handler });
      done();
    });
    await app.ready();
    await app.close();
  });
});
