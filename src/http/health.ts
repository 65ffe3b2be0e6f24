/** The routes for a supervisor. */
import { Type } from 'typebox';
import { Fields } from '../api/fields.ts';
import { DoorFault } from '../api/problems/problems.ts';
import type { KeeperDoor } from '../keeper/keeper.ts';
import { plainDocs } from './docs/route-docs.ts';
import type { App } from './door.ts';

export function healthRoutes(app: App, keeper: KeeperDoor): void {
  app.get('/health/live', {
    schema: {
      operationId: 'readLiveness',
      tags: ['Health'],
      summary: 'Is the process alive?',
      response: { 200: Fields({ status: Type.Literal('live') }) },
    },
    config: {
      ...plainDocs('supervisor', { 200: { description: 'It is.', example: { status: 'live' } } }),
      neverShed: true,
    },
    handler: async () => ({ status: 'live' as const }),
  });

  app.get('/health/ready', {
    schema: {
      operationId: 'readReadiness',
      tags: ['Health'],
      summary: 'Can it do its work now?',
      description:
        'Not while the database does not answer, as many commands are in flight as there may be, the service is ' +
        'closing, another process owns the database and this one stands by, or another database has taken the place ' +
        'of the one that it began with.',
      response: { 200: Fields({ status: Type.Literal('ready'), role: Type.Literal('owner') }) },
    },
    config: plainDocs(
      'supervisor',
      { 200: { description: 'It can.', example: { status: 'ready', role: 'owner' } } },
      'not_ready',
    ),
    handler: async () => {
      const readiness = await keeper.readiness();
      if (readiness.ready) return { status: 'ready' as const, role: 'owner' as const };
      const { reason, retryAfterSeconds } = readiness;
      throw new DoorFault('not_ready', `Not ready: ${reason}.`, { reason, retryAfterSeconds, role: keeper.role });
    },
  });
}
