/** Runs a race in a shop: all rounds are prepared, then two client processes race through them one after another, then all are looked at. */
import type { Reply, Request, ShopClient } from '../../support/shop-client.ts';
import { type Asker, overlapped } from '../../system/askers.ts';
import { outcomeOf, type Race, type Read, type Seen } from './race.ts';

/** Where a race is run. */
export interface Players {
  /** Prepares and looks. */
  readonly client: ShopClient;
  /** The two who race. */
  readonly askers: readonly [Asker, Asker];
}

/** An end that some rounds came to. */
export interface End extends Seen {
  readonly rounds: number;
}

export interface Played {
  readonly rounds: number;
  /** How it looked before, the same in each round. */
  readonly before: string;
  /** The most frequent first. */
  readonly ends: readonly End[];
  /** Rounds that went wrong. */
  readonly wrong: number;
  /** Rounds in which each request was sent before the other was answered. */
  readonly overlapped: number;
}

/** Rejects when a round cannot be prepared, or a request is not answered at all. `step` is called after each round. */
export async function play(race: Race, { client, askers }: Players, rounds: number, step: () => void): Promise<Played> {
  const names = Array.from({ length: rounds }, (_, at) => `${race.name}-${at + 1}`);
  const read: Read = async <T>(path: string) =>
    JSON.parse((await successful(client, { method: 'GET', path })).text) as T;
  const prepare = async (name: string): Promise<string> => {
    for (const request of race.prepare(name)) await successful(client, request);
    const { words, wrong } = await race.look(read, name, []);
    if (wrong !== null) throw new Error(`${name} begins with ${words}: ${wrong}`);
    return words;
  };
  const [before = '', ...others] = new Set(await Promise.all(names.map(prepare)));
  if (others.length > 0)
    throw new Error(`rounds of ${race.name} begin differently: ${[before, ...others].join(' | ')}`);

  let overlaps = 0;
  const replies = new Map<string, readonly Reply[]>();
  for (const name of names) {
    const [first, second] = race.ask(name);
    const [one, other] = await Promise.all([askers[0].ask(first), askers[1].ask(second)]);
    if (overlapped(one, other)) overlaps++;
    replies.set(name, [one.reply, other.reply]);
    step();
  }
  const seen = await Promise.all(names.map((name) => outcomeOf(race, read, name, replies.get(name) ?? [])));
  const ends = Array.from(Map.groupBy(seen, ({ words, wrong }) => JSON.stringify([words, wrong])).values(), (same) => ({
    words: '',
    wrong: null,
    ...same[0],
    rounds: same.length,
  })).toSorted((a, b) => b.rounds - a.rounds);
  return { rounds, before, ends, wrong: seen.filter(({ wrong }) => wrong !== null).length, overlapped: overlaps };
}

async function successful(client: ShopClient, request: Request): Promise<Reply> {
  const reply = await client.ask(request);
  if (reply.status < 300) return reply;
  throw new Error(`${request.method} ${request.path}: ${reply.status} ${reply.text}`);
}
