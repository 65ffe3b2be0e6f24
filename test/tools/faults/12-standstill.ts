/**
 * A process that stands still: its event loop is busy with something else, or the machine gives it no time. What was asked meanwhile is
 * answered afterwards, nothing is lost, and an order expires when its time has come and not because nobody was looking.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Service } from '../../support/service.ts';
import { codeOf, orderRequest, type Reply } from '../../support/shop-client.ts';
import { Shoppers } from '../../support/shoppers.ts';
import { until } from '../../support/until.ts';
import { wrongExpiries } from './early-expiry.ts';
import type { Fault } from './fault.ts';

const SKUS = ['a', 'b', 'c', 'd'];
const SHOPPERS = 16;

/** Blocks the event loop for `BLOCK_MS` at each SIGWINCH, which nobody else listens to; the kernel goes on taking connections meanwhile. */
const BLOCKER = `process.on('SIGWINCH', () => {
  const end = performance.now() + Number(process.env.BLOCK_MS);
  while (performance.now() < end);
})`;

export const fault: Fault = {
  row: 12,
  title: 'event loop blocked; process stopped',
  obstacle: async () => (process.platform === 'win32' ? 'Windows has no such signals' : null),
  async run(trial) {
    const ground = await trial.ground();
    const sql = await ground.sql();
    const [blockedMs, stoppedMs] = trial.size === 'long' ? [2000, 10_000] : [700, 2000];
    const service = await ground.service(
      { BLOCK_MS: blockedMs },
      { nodeFlags: ['--import', `data:text/javascript,${encodeURIComponent(BLOCKER)}`] },
    );
    const client = ground.client(service.url, 2 * SHOPPERS);
    await client.stock(1_000_000, ...SKUS, 'short', 'long');

    const standstills: readonly {
      readonly name: string;
      readonly ms: number;
      readonly begin: () => void;
      readonly end: () => void;
    }[] = [
      {
        name: `event loop blocked for ${blockedMs} ms`,
        ms: blockedMs,
        begin: signal(service, 'SIGWINCH'),
        end: () => {},
      },
      {
        name: `stopped for ${stoppedMs} ms`,
        ms: stoppedMs,
        begin: signal(service, 'SIGSTOP'),
        end: signal(service, 'SIGCONT'),
      },
    ];
    const rounds = trial.rounds(1, 3);
    for (let round = 0; round < rounds; round++) {
      for (const [at, { name, ms, begin, end }] of standstills.entries()) {
        const id = `${round}-${at}`;
        const shoppers = new Shoppers({ name: id, skus: SKUS, persistent: true });
        const home = shoppers.shop(client, SHOPPERS);
        await shoppers.answers(200);
        // One has its time run out while nobody looks, one has two seconds left when they look again.
        const left = { short: Math.max(1, Math.floor(ms / 2000)), long: Math.ceil(ms / 1000) + 2 };
        for (const [sku, expiresInSeconds] of Object.entries(left)) {
          const placed = await client.ask(orderRequest(`${sku}-${id}`, { [sku]: 1 }, { expiresInSeconds }));
          trial.demand('I9', placed.status === 201, `${sku}-${id}: ${placed.text}`);
        }
        begin();
        // On its way while the service stands still; decided when it moves again.
        const asked = pause(50).then(() => client.post(`/orders/long-${id}/confirm`));
        await pause(ms);
        end();
        const confirmed = await untilDecided(() => client.post(`/orders/long-${id}/confirm`), await asked);
        trial.demand(['I1', 'I4'], confirmed.status === 200, `${name}: an order in time is refused: ${confirmed.text}`);
        const late = await untilDecided(() => client.post(`/orders/short-${id}/confirm`));
        if (ms > left.short * 1000) {
          trial.demand(
            'I4',
            codeOf(late) === 'order_expired',
            `${name}: an order past its time is answered ${late.text}`,
          );
        }
        await shoppers.answers(200);
        shoppers.goHome();
        await home;
        trial.demand('I9', shoppers.unanswered === 0, `${name}: ${shoppers.unanswered} questions were never answered`);
        trial.check(['I2', 'I7'], await shoppers.faults(client));
        trial.progress(`${name}: ${shoppers.answered} answered, ${shoppers.askedAgain} asked again`);
      }
    }
    await until(async () => {
      const waiting = `select count(*)::int from orders where status = 'pending' and expires_at < now()`;
      if ((await sql.value<number>(waiting)) > 0) throw new Error('orders past their time are pending still');
    });
    trial.check(['I1', 'I4'], await wrongExpiries(sql));
    await ground.audit();
    trial.demand('I9', (await service.stop()) === 0, 'it did not end with 0 afterwards');
  },
};

const signal = (service: Service, name: NodeJS.Signals) => () => void process.kill(service.pid, name);

/** "Unknown" and "standing by" are asked again. */
async function untilDecided(ask: () => Promise<Reply>, first?: Reply): Promise<Reply> {
  if (first !== undefined && first.status !== 503) return first;
  return until(async () => {
    const reply = await ask();
    if (reply.status === 503) throw new Error(reply.text);
    return reply;
  });
}
