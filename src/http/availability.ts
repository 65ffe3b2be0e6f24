/** Route of the availability of several SKUs at one moment. */
import { AvailabilityBody, NOT_AVAILABLE, readAvailability, SkuIdsBody } from '../api/skus/availability.ts';
import type { KeeperDoor } from '../keeper/keeper.ts';
import { respondWith } from './answers.ts';
import type { App } from './door.ts';
import { changeDocs } from './route-docs.ts';

export function availabilityRoutes(app: App, keeper: KeeperDoor): void {
  app.post('/availability', {
    schema: {
      operationId: 'readAvailability',
      tags: ['SKUs'],
      summary: 'Read the availability of several SKUs',
      description:
        'All of one moment, never older than an acknowledged write: an order over several of them is in all of these numbers or in none. It changes nothing, so it is safe to repeat, and an `Idempotency-Key` is not looked at. When one of them is quarantined, leave it out.',
      body: SkuIdsBody,
      response: { 200: AvailabilityBody },
    },
    config: changeDocs(
      'reader',
      {
        200: {
          description: 'The units that may be reserved, each with the version of its SKU.',
          example: {
            items: [
              { skuId: 'MUG-RED', available: 98, version: 2 },
              { skuId: 'MUG-BLUE', available: 12, version: 41 },
            ],
            unknown: ['MUG-GREEN'],
            at: '2026-11-20T09:12:30.250Z',
          },
        },
      },
      ...NOT_AVAILABLE,
    ),
    handler: (request, reply) => respondWith(reply, keeper.ask(readAvailability(request.body), null)),
  });
}
