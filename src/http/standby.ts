/** A standby answers nothing that the owner of the database must answer: neither commands nor lists. */
import type { RouteOptions } from 'fastify';
import type { App, KeeperDoor } from './door.ts';
import { REFUSALS } from './problem-examples.ts';
import { sendProblem } from './problems.ts';

/** To be called before the routes are put on: those that say they can be answered `standby` are. */
export function refuseOnStandby(app: App, keeper: KeeperDoor): void {
  app.addHook('onRoute', (route: RouteOptions) => {
    if (!route.config?.docs?.problems.includes('standby')) return;
    const { handler } = route;
    route.handler = (request, reply) =>
      keeper.role === 'standby' ? sendProblem(reply, REFUSALS.standby) : handler.call(app, request, reply);
  });
}
