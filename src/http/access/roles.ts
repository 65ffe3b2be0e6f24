/** Who may use a route. Every route says so itself; a server with one that does not is never built. */
import type { RouteOptions } from 'fastify';
import type { RouteRole } from '../../api/role.ts';
import type { App } from '../door.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The least role whose key is let in. */
    role?: RouteRole;
  }
}

/** To be called before the routes are put on. */
export function requireRoles(app: App): void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    routes.push(route);
  });
  // Not at once: a group of routes may be given its role by the one who puts it on.
  app.addHook('onReady', (done) => {
    const open = routes.filter(({ config }) => config?.role === undefined).map(({ method, url }) => `${method} ${url}`);
    done(open.length === 0 ? undefined : new Error(`config.role is missing: who may use ${open.join(', ')}?`));
  });
}

/** Gives their role to routes that come with a plugin. */
export function roleForAll(app: App, role: RouteRole): void {
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, role };
  });
}
