/** Which role may use a route. Every route must say so itself; a server with a route that does not is never built. */
import type { RouteOptions } from 'fastify';
import type { RouteRole } from '../../api/role.ts';
import type { App } from '../door.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The least role whose key is let in. */
    role?: RouteRole;
  }
}

/** Call before the routes are put on. */
export function requireRoles(app: App): void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    routes.push(route);
  });
  // Not checked at once, because the role of a group of routes may be set later by the code that puts the group on.
  app.addHook('onReady', (done) => {
    const open = routes.filter(({ config }) => config?.role === undefined).map(({ method, url }) => `${method} ${url}`);
    done(open.length === 0 ? undefined : new Error(`config.role is missing: who may use ${open.join(', ')}?`));
  });
}

/** Sets the role of routes that come with a plugin. */
export function roleForAll(app: App, role: RouteRole): void {
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, role };
  });
}
