/** Load that goes on through a fault: shoppers who ask again until they are answered, and what is checked when they have gone home. */
import type { Service } from '../../support/service.ts';
import type { ShopClient } from '../../support/shop-client.ts';
import { Shoppers } from '../../support/shoppers.ts';
import type { AuditOptions, Ground, Trial } from './fault.ts';
import { restartReadsTheSame } from './memory-and-database.ts';
import { Throughput } from './throughput.ts';

const PLENTY = ['a', 'b', 'c', 'd'];
/** Runs out, so that there are refusals among the answers. */
const SCARCE = 'scarce';
export const SKUS: readonly string[] = [...PLENTY, SCARCE];
const SHOPPERS = 24;
/** How long the throughput before the fault is measured, milliseconds. */
const MEASURED_MS = 2000;
/** Answers after the fault that are enough where no throughput is measured: beside other tests it would say nothing. */
const ENOUGH = 50;

/** Shoppers in a shop of their own: open (since `openShopping`) → closed (by `close`). */
export class Shopping {
  readonly service: Service;
  readonly client: ShopClient;
  readonly shoppers: Shoppers;
  readonly throughput: Throughput;
  readonly #trial: Trial;
  readonly #ground: Ground;
  readonly #home: Promise<void>;

  constructor(trial: Trial, ground: Ground, service: Service, client: ShopClient) {
    this.#trial = trial;
    this.#ground = ground;
    this.service = service;
    this.client = client;
    this.shoppers = new Shoppers({ name: 'o', skus: SKUS, persistent: true });
    this.throughput = new Throughput(() => this.shoppers.answered);
    this.#home = this.shoppers.shop(client, SHOPPERS);
  }

  /** To be called when the fault is over: waits for the throughput to be as it was; in the short form, for answers. */
  recovery(): Promise<void> {
    return this.#trial.size === 'short' ? this.shoppers.answers(ENOUGH) : this.throughput.recovery(this.#trial);
  }

  /**
   * Sends all home and checks what may be checked of any fault: everyone got an answer, all that was acknowledged is so, the rest is told
   * truly, the database is in order, and a restart reads the same. `mayBeTold` are the codes of 503 that the fault excuses.
   */
  async close(mayBeTold: readonly string[], options: AuditOptions = {}): Promise<void> {
    const { shoppers, service, client } = this;
    const [trial, ground] = [this.#trial, this.#ground];
    shoppers.goHome();
    await this.#home;
    trial.demand('I9', shoppers.unanswered === 0, `${shoppers.unanswered} shoppers went home without an answer`);
    const unexcused = [...shoppers.refusedWith].filter((code) => !mayBeTold.includes(code));
    trial.demand(
      'I7',
      unexcused.length === 0,
      `503 ${unexcused.join(', ')} was answered\n${service.logs().slice(-3000)}`,
    );
    trial.check(['I2', 'I7'], await shoppers.faults(client));
    await ground.audit(options);
    const next = await restartReadsTheSame(trial, ground, service, {
      skus: SKUS,
      orders: shoppers.acknowledged('place'),
    });
    const code = await next.stop();
    trial.demand('I6', code === 0, `the service that was started at the end ended with ${code}`);
    const speed = trial.size === 'short' ? '' : `, ${Math.round(this.throughput.before)} answers/s before the fault`;
    trial.note(`${shoppers.answered} answers, ${shoppers.askedAgain} questions asked again${speed}`);
  }
}

/** Starts a service, stocks it, sends the shoppers in and measures how fast they are served while all is well; in the short form it does not measure. */
export async function openShopping(trial: Trial, ground: Ground): Promise<Shopping> {
  const service = await ground.service();
  const client = ground.client(service.url);
  await client.stock(1_000_000, ...PLENTY);
  await client.stock(20, SCARCE);
  const shopping = new Shopping(trial, ground, service, client);
  await shopping.shoppers.answers(100);
  if (trial.size === 'long') await shopping.throughput.measure(MEASURED_MS);
  return shopping;
}
