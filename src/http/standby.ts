/** A standby answers nothing that the owner of the database must answer: neither commands nor lists. */
import type { RouteOptions } from 'fastify';
import type { KeeperDoor } from '../keeper/keeper.ts';
import { STANDBY } from '../keeper/readiness.ts';
import type { App } from './door.ts';
import { sendProblem } from './send-problem.ts';

/** Call before the routes are put on. It refuses on every route that lists the problem `standby`. */
export function refuseOnStandby(app: App, keeper: KeeperDoor): void {
  app.addHook('onRoute', (route: RouteOptions) => {
    if (!route.config?.docs?.problems.includes('standby')) return;
    const { handler } = route;
    route.handler = (request, reply) =>
      keeper.role === 'standby' ? sendProblem(reply, STANDBY) : handler.call(app, request, reply);
  });
}
