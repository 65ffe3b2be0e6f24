/** Requests made from the service's own description, the short way; `npm run fuzz` is the long one. */
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../support/postgres.ts';
import { startService } from '../../support/service.ts';
import { newSeed, UNHURRIED } from './arguments.ts';
import { run } from './run.ts';
import { summarise } from './summary.ts';

/** As many as it takes to see every documented answer, and of a seed that nobody has tried yet a look. */
const [REQUESTS, REQUESTS_OF_A_NEW_SEED] = [2400, 600];
/** Documented answers that such a run does not see, in the order of the document. */
const BEYOND_REACH = [
  // More than 500 SKUs would be needed.
  'PUT /carts/{id}/lines/{skuId} 409',
  'POST /carts/{id}/merge 409',
  // Nobody waits while nothing else is asked.
  'GET /orders/{id}/waiting 200',
  // Two thousand orders of a million units would be needed.
  'POST /orders 409 counter_limit',
  'POST /carts/{id}/checkout 409 counter_limit',
  // A cart takes no line of a SKU that is not there, and SKUs stay.
  'POST /carts/{id}/checkout 422 unknown_sku',
];
/** What a power cut may lose is not the subject. */
const HASTILY = '?options=-c%20synchronous_commit%3Doff';
/** Under a machine that does ten other things. */
const TIMEOUT_MS = 300_000;

describe('requests as documented, nearly so, and hostile', () => {
  // At once: most of the time is waiting for bodies that never come.
  it.concurrent.each([
    { seed: 20_261_121, slow: true, requests: REQUESTS },
    { seed: newSeed(), slow: false, requests: REQUESTS_OF_A_NEW_SEED },
  ])(
    'are answered as documented, and write what they say ($seed)',
    async ({ seed, slow, requests }) => {
      const database = await freshDatabase();
      try {
        await using service = await startService({
          DATABASE_URL: `${database.url}${HASTILY}`,
          LOG_LEVEL: 'error',
          ...UNHURRIED,
        });
        const report = await run({ url: service.url, databaseUrl: database.url, requests, seed, slow });
        expect(report.findings, summarise(report, seed)).toEqual([]);
        expect(report.requests).toBe(requests);
        if (slow) {
          const unseen = [...report.reached.unseenStatuses(), ...report.reached.unseenProblems()];
          expect(unseen).toEqual(BEYOND_REACH);
        }
        expect(await service.stop()).toBe(0);
        expect(service.logs()).not.toContain('"level":50');
      } finally {
        await database.drop();
      }
    },
    TIMEOUT_MS,
  );
});
