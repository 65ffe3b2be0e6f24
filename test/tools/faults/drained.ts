/** A service that is told to end under load: nothing that it took is cut off, and nothing that it did not answer has happened. */
import type { Service } from '../../support/service.ts';
import { Shoppers } from '../../support/shoppers.ts';
import type { Trial } from './fault.ts';

const SKUS = ['a', 'b', 'c', 'd'];
const SHOPPERS = 32;
const ENDED_WITHIN_MS = 10_000;

/** In each round, `stop` ends a service in the midst of shopping, and resolves with its exit code. */
export async function drainUnderLoad(
  trial: Trial,
  rounds: number,
  stop: (service: Service) => Promise<number | null>,
): Promise<void> {
  const ground = await trial.ground();
  let refused = 0;
  for (let round = 0; round < rounds; round++) {
    const shoppers = new Shoppers({ name: `r${round}`, skus: SKUS });
    const service = await ground.service();
    const client = ground.client(service.url);
    if (round === 0) await client.stock(1_000_000, ...SKUS);
    const home = shoppers.shop(client, SHOPPERS);
    await shoppers.answers(100 + Math.floor(Math.random() * 300));
    const began = performance.now();
    const code = await stop(service);
    const ms = performance.now() - began;
    await home;
    trial.demand('I2', code === 0, `round ${round}: ended with ${code}\n${service.logs()}`);
    if (trial.size === 'long') trial.demand('I9', ms < ENDED_WITHIN_MS, `round ${round}: ended after ${ms} ms`);
    // The load did not stop by itself.
    trial.demand('I2', shoppers.unanswered > 0, `round ${round}: nobody was in the midst of shopping`);
    const unknown = [...shoppers.refusedWith].filter((refusal) => refusal !== 'closing');
    trial.demand('I7', unknown.length === 0, `round ${round}: answered ${unknown.join(', ')}`);
    refused += shoppers.unanswered;

    const next = await ground.service();
    trial.check(['I2', 'I7'], await shoppers.faults(ground.client(next.url), 'undone'));
    trial.demand('I2', (await next.stop()) === 0, `round ${round}: the service started anew did not end with 0`);
    await ground.audit();
    trial.progress(`round ${round + 1} of ${rounds}, ended after ${Math.round(ms)} ms`);
  }
  trial.note(`${refused} requests were turned away or had not been accepted, none of them happened`);
}
