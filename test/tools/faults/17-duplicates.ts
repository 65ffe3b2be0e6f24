/**
 * The same request 2 to 50 times at the same time, by id and by key, from clients of which some hang up before their answer is there, or in the
 * midst of their request; and all of it again after a restart: one effect, one answer. What keys remember is bounded in bytes.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { orderRequest, type Reply, type Request, type ShopClient } from '../../support/shop-client.ts';
import { RawClient } from '../../system/raw-client.ts';
import type { Fault, Ground, Trial } from './fault.ts';
import { rememberLongAnswers } from './long-answers.ts';

const COPIES_MAX = 50;
/** Of the clients, so many hang up. */
const HANG_UP = 0.4;
/** They do so within this time, milliseconds. */
const HANG_UP_WITHIN_MS = 15;
const ENDINGS = ['none', 'kill', 'stop'] as const;
const SKUS = ['a', 'b', 'c'];

/** One request, and what it was answered first; `null` while nobody has got an answer. */
interface Deed {
  readonly name: string;
  readonly request: Request;
  text: string | null;
  /** Whether a repeat says that it is one. Steps of an order do not: each answers how the order stands. */
  readonly told: boolean;
}

const between = (low: number, high: number) => low + Math.floor(Math.random() * (high - low + 1));

export const fault: Fault = {
  row: 17,
  title: 'duplicates; lost reply',
  obstacle: async () => null,
  async run(trial) {
    const ground = await trial.ground();
    let service = await ground.service();
    const deeds: Deed[] = [];
    let hungUp = 0;
    const rounds = trial.rounds(3, 40);
    for (let round = 0; round < rounds; round++) {
      const client = ground.client(service.url, COPIES_MAX * 6);
      if (round === 0) await client.stock(1_000_000, ...SKUS);
      const placed = placements(round);
      hungUp += await askAll(trial, client, placed);
      const steps = stepsOf(round);
      hungUp += await askAll(trial, client, steps);
      await halfRequest(trial, ground, service.url, round);
      deeds.push(...placed, ...steps);

      const ending = ENDINGS[round % ENDINGS.length];
      if (ending === 'kill') await service.kill();
      if (ending === 'stop') trial.demand('I2', (await service.stop()) === 0, `round ${round}: did not end with 0`);
      if (ending !== 'none') service = await ground.service();
      // All that there was so far, as often again, a few at a time.
      const next = ground.client(service.url, COPIES_MAX * 6);
      const again = deeds.slice(-30);
      for (let first = 0; first < again.length; first += 6)
        hungUp += await askAll(trial, next, again.slice(first, first + 6));
      trial.progress(`round ${round + 1} of ${rounds}, ${ending}: ${deeds.length} requests, ${hungUp} hung up`);
    }
    await rememberLongAnswers(trial, ground, service.url);
    trial.note(`${deeds.length} requests, each 2 to ${COPIES_MAX} times at once and again; ${hungUp} clients hung up`);
    await ground.audit();
    const code = await service.stop();
    trial.demand('I2', code === 0, `the service ended with ${code}`);
  },
};

/** Requests that make something, by id and by key. */
function placements(round: number): Deed[] {
  const key = (name: string) => ({ 'idempotency-key': `${name}-${round}` });
  const [sku, other] = [SKUS[round % 3] as string, SKUS[(round + 1) % 3] as string];
  const requests: Record<string, Request> = {
    'order by id': orderRequest(`id-${round}`, { [sku]: 1, [other]: 2 }),
    'order by id, to be shipped': orderRequest(`ship-${round}`, { [sku]: 3 }, { payment: 'cash_on_delivery' }),
    'order by key': { ...orderRequest(null, { [sku]: 2 }), headers: key('order') },
    'goods by key': {
      method: 'POST',
      path: `/skus/${sku}/receive`,
      body: { quantity: 5, reference: `goods-${round}` },
      headers: key('goods'),
    },
    'SKU by key': {
      method: 'POST',
      path: '/skus',
      body: { id: `sku-${round}`, name: 'new', price: 5, onHand: 7 },
      headers: key('sku'),
    },
  };
  return Object.entries(requests).map(([name, request]) => ({
    name: `${name} ${round}`,
    request,
    text: null,
    told: true,
  }));
}

/** Steps of the orders that were placed by id. */
function stepsOf(round: number): Deed[] {
  return ['/orders/id-', '/orders/ship-'].map((path, i) => {
    const request: Request = { method: 'POST', path: `${path}${round}/${i === 0 ? 'cancel' : 'ship'}` };
    return { name: request.path, request, text: null, told: false };
  });
}

/** Each so many times at once, some of which hang up. Answers how many did. What nobody was answered is asked once more, until it is known. */
async function askAll(trial: Trial, client: ShopClient, deeds: readonly Deed[]): Promise<number> {
  let hungUp = 0;
  const ask = async (deed: Deed): Promise<Reply | null> => {
    if (Math.random() >= HANG_UP) return client.ask(deed.request);
    const impatience = AbortSignal.timeout(between(0, HANG_UP_WITHIN_MS));
    return client.ask(deed.request, impatience).catch(() => {
      hungUp++;
      return null;
    });
  };
  await Promise.all(
    deeds.map(async (deed) => {
      const copies = Array.from({ length: between(2, COPIES_MAX) }, () => ask(deed));
      const replies = (await Promise.all(copies)).filter((reply) => reply !== null);
      replies.push(await client.ask(deed.request));
      checkAnswers(trial, deed, replies);
    }),
  );
  return hungUp;
}

function checkAnswers(trial: Trial, deed: Deed, replies: readonly Reply[]): void {
  const refused = replies.filter((reply) => reply.status >= 300);
  trial.check(
    'I7',
    refused.map((reply) => `${deed.name} was answered ${reply.status} ${reply.text}`),
  );
  const texts = new Set(replies.map((reply) => reply.text));
  if (deed.text !== null) texts.add(deed.text);
  trial.demand(
    ['I2', 'I4'],
    texts.size === 1,
    `${deed.name} was answered in different words: ${[...texts].join(' and ')}`,
  );
  const firsts = replies.filter((reply) => !reply.replayed).length;
  const most = deed.text === null ? 1 : 0;
  trial.demand('I2', !deed.told || firsts <= most, `${deed.name} was done ${firsts} times, in its own words`);
  deed.text ??= replies[0]?.text ?? null;
}

/** Hangs up in the midst of a request: it has not been asked, so it does not happen. */
async function halfRequest(trial: Trial, ground: Ground, url: string, round: number): Promise<void> {
  const id = `half-${round}`;
  const body = JSON.stringify({ id, lines: [{ skuId: 'a', quantity: 1 }] });
  {
    await using raw = await RawClient.connect(url);
    const head = `POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    raw.write(head + body.slice(0, between(0, body.length - 1)));
    await pause(between(0, HANG_UP_WITHIN_MS));
  }
  const { status } = await ground.client(url).get(`/orders/${id}`);
  trial.demand('I3', status === 404, `of half a request an order was made: ${status}`);
}
