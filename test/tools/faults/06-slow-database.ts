/** Every chunk of bytes between service and database takes 200 milliseconds: many who ask at once wait for about one commit, not for one another. */
import { percentile } from '../../support/percentile.ts';
import { orderRequest, type ShopClient, tally } from '../../support/shop-client.ts';
import type { Fault } from './fault.ts';
import { rssMb } from './rss.ts';
import { wired } from './wired.ts';

const DELAY_MS = 200;
/** At the same time. */
const ASKERS = 300;
/** Who asks may have to wait for the commit that is under way, and then for its own: two, and some for the machine. */
const COMMITS_MAX = 4;
/** What the service may grow by while all of them wait, megabytes. */
const GROWTH_MAX_MB = 300;

export const fault: Fault = {
  row: 6,
  title: 'slow database',
  obstacle: async () => null,
  async run(trial) {
    const { wire, ground } = await wired(trial);
    const service = await ground.service();
    const client = ground.client(service.url, ASKERS);
    const skus = Array.from({ length: 10 }, (_, i) => `sku-${i}`);
    await client.stock(1_000_000, ...skus);
    const rssBefore = rssMb(service.pid);

    wire.delayMs = DELAY_MS;
    const rounds = trial.rounds(1, 5);
    for (let round = 0; round < rounds; round++) {
      const [alone = Number.NaN] = await placements(client, `alone-${round}`, 1, skus);
      const together = percentile(await placements(client, `many-${round}`, ASKERS, skus), 0.5);
      const hot = percentile(await placements(client, `hot-${round}`, ASKERS, skus.slice(0, 1)), 0.5);
      trial.note(
        `one placement alone ${Math.round(alone)} ms; p50 of ${ASKERS} at once ${Math.round(together)} ms, on one SKU ${Math.round(hot)} ms`,
      );
      const slowest = Math.max(together, hot);
      trial.demand('I9', slowest < alone * COMMITS_MAX, `${slowest} ms are ${slowest / alone} commits of ${alone} ms`);
      trial.progress(`round ${round + 1} of ${rounds}`);
    }
    const growth = (rssMb(service.pid) ?? 0) - (rssBefore ?? 0);
    trial.demand('I10', growth < GROWTH_MAX_MB, `the service grew by ${growth} MB`);
    wire.delayMs = 0;
    await ground.audit();
    const code = await service.stop();
    trial.demand('I9', code === 0, `the service ended with ${code}`);
  },
};

/** Milliseconds of each of so many placements at once. Rejects when one is not placed. */
async function placements(client: ShopClient, name: string, count: number, skus: readonly string[]): Promise<number[]> {
  const asked = Array.from({ length: count }, async (_, i) => {
    const began = performance.now();
    const reply = await client.ask(orderRequest(`${name}-${i}`, { [skus[i % skus.length] as string]: 1 }));
    return { reply, ms: performance.now() - began };
  });
  const answered = await Promise.all(asked);
  const placed = tally(answered.map(({ reply }) => reply));
  if (placed['201'] !== count) throw new Error(`${count} placements were answered ${JSON.stringify(placed)}`);
  return answered.map(({ ms }) => ms);
}
