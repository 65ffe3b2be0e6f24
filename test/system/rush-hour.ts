/**
 * What a crowd of connections does to the service, step by step, and what must hold after each: everyone is answered, with the truth or with
 * `overloaded`; memory and sockets stay bounded; afterwards it serves as ever.
 */
import type { Service } from '../support/service.ts';
import { Crowd, get, type Member, post, tallyOf } from './crowd.ts';

export interface Rush {
  /** Connections that place an order each at once, three times. */
  readonly placing: number;
  /** Connections that only stay. */
  readonly idle: number;
  /** Connections whose request comes a byte at a time. */
  readonly slow: number;
  /** Connections that ask for long lists and read nothing. */
  readonly mute: number;
  /** Lists that each of them asks for. */
  readonly listsEach: number;
  /** `CONNECTIONS_MAX` of the service. */
  readonly connectionsMax: number;
}

export interface Figures {
  readonly step: string;
  readonly answers: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly rssMb: number;
  readonly heapMb: number;
}

const ROUNDS = 3;
const ON_HAND = 1_000_000;
const LISTED_SKUS = 200;

/** Sentences on what did not hold, none when all did. `tell` hears the figures of each step. */
export async function rushHour(service: Service, rush: Rush, tell: (figures: Figures) => void): Promise<string[]> {
  const faults: string[] = [];
  const must = (holds: boolean, words: string) => {
    if (!holds) faults.push(words);
  };
  using watch = await Crowd.open(service.url, 1);
  const watcher = watch.members[0] as Member;
  const sample = async (name: string): Promise<number> => {
    const answer = await watcher.ask(get('/metrics'));
    const text = answer === 'closed' ? '' : answer.text;
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  };
  let began = performance.now();
  const told = async (step: string, answers: Figures['answers'] = {}) => {
    const seconds = (performance.now() - began) / 1000;
    const rssMb = (await sample('process_resident_memory_bytes')) / 1e6;
    tell({ step, answers, seconds, rssMb, heapMb: (await sample('nodejs_heap_size_used_bytes')) / 1e6 });
    began = performance.now();
  };
  const place = (member: Member) => member.ask(post('/orders', { lines: [{ skuId: 'hot', quantity: 1 }] }));

  for (let i = 0; i < LISTED_SKUS; i++) {
    await watcher.ask(post('/skus', { id: `listed-${i}`, name: `name ${i} `.repeat(15), price: 100, onHand: 1 }));
  }
  await watcher.ask(post('/skus', { id: 'hot', name: 'hot', price: 100, onHand: ON_HAND }));
  await told('before');

  using idle = await Crowd.open(service.url, rush.idle);
  const greeted = tallyOf(await idle.ask(() => get('/health/live')));
  must(greeted['200'] === rush.idle, `idle connections were greeted with ${JSON.stringify(greeted)}`);
  using placing = await Crowd.open(service.url, rush.placing);
  await told('connected', greeted);

  let placed = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const answers = tallyOf(await Promise.all(placing.members.map(place)));
    await told(`placing ${round}`, answers);
    placed += answers['201'] ?? 0;
    const said = (answers['201'] ?? 0) + (answers['503 overloaded'] ?? 0);
    must(said === rush.placing && (answers['201'] ?? 0) > 0, `placements were answered ${JSON.stringify(answers)}`);
  }

  const free = rush.connectionsMax - (await sample('stock_keeper_connections'));
  using rest = await Crowd.open(service.url, free);
  using beyond = await Crowd.open(service.url, 20);
  const refused = tallyOf(await beyond.ask(() => get('/health/live')));
  await told('beyond the limit', refused);
  must(refused['closed'] === 20, `connections beyond the limit were answered ${JSON.stringify(refused)}`);
  must((await sample('stock_keeper_connections_dropped_total')) >= 20, 'connections dropped were not counted');
  rest[Symbol.dispose]();
  placing[Symbol.dispose]();
  while ((await sample('stock_keeper_connections')) > rush.idle + 1);

  using slow = await Crowd.open(service.url, rush.slow);
  const request = post('/orders', { lines: [{ skuId: 'hot', quantity: 1 }] });
  let at = 0;
  const drip = setInterval(() => {
    for (const member of slow.members) if (member.isOpen) member.write(request[at % request.length] ?? '');
    at++;
  }, 1000);
  const others: number[] = [];
  while (slow.members.some(({ isOpen }) => isOpen) && at < 60) {
    const sent = performance.now();
    must(tallyOf([await place(watcher)])['201'] === 1, 'a placement beside slow connections was not answered 201');
    others.push(performance.now() - sent);
    placed++;
  }
  clearInterval(drip);
  must(at < 60, 'slow connections were not closed within a minute');
  others.sort((a, b) => a - b);
  await told(`slow, others' p99 ${others[Math.floor(others.length * 0.99)]?.toFixed(1)} ms of ${others.length}`);

  using mute = await Crowd.open(service.url, rush.mute);
  for (const member of mute.members) {
    member.turnAway();
    member.write(get('/skus?limit=200').repeat(rush.listsEach));
  }
  let highestMb = 0;
  for (let look = 0; look < 8; look++) {
    highestMb = Math.max(highestMb, (await sample('process_resident_memory_bytes')) / 1e6);
    must(tallyOf([await place(watcher)])['201'] === 1, 'a placement beside mute connections was not answered 201');
    placed++;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  await told(`mute, at most ${highestMb.toFixed(0)} MB`);
  mute[Symbol.dispose]();
  idle[Symbol.dispose]();

  using after = await Crowd.open(service.url, 50);
  const served = tallyOf(await Promise.all(after.members.map(place)));
  placed += served['201'] ?? 0;
  await told('afterwards', served);
  must(served['201'] === 50, `afterwards placements were answered ${JSON.stringify(served)}`);
  const sku = await watcher.ask(get('/skus/hot'));
  const reserved = sku === 'closed' ? 0 : (JSON.parse(sku.text) as { reserved: number }).reserved;
  must(reserved === placed, `${reserved} units are reserved, ${placed} placements were answered 201`);
  return faults;
}
