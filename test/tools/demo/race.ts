/** What a race is: what is asked, how it looks before and after, and what is wrong then. */
import { codeOf, type Reply, type Request, tally } from '../../support/shop-client.ts';

/** Reads the body that a path answers. */
export type Read = <T>(path: string) => Promise<T>;

export interface Seen {
  /** Stock, cart or sales. */
  readonly words: string;
  /** What does not fit the answers that were given; `null` when all does. */
  readonly wrong: string | null;
}

export interface Race {
  /** Short, and the beginning of all its ids. */
  readonly name: string;
  readonly title: string;
  /** What the naive code does, before its lines are shown. */
  readonly naive: string;
  /** The part of `naive-shop.ts` that does it. */
  readonly region: string;
  readonly asked: string;
  /** Why the keeper is right. */
  readonly keeper: string;
  /** What is asked beforehand, one after another. `round` is the beginning of the ids of one round. */
  prepare(round: string): readonly Request[];
  /** What the two clients ask at the same moment. */
  ask(round: string): readonly [Request, Request];
  /** Each status and problem that the two must be answered with, and how often. */
  readonly answers: Readonly<Record<string, number>>;
  /** Looks at one round; `replies` is empty before it. */
  look(read: Read, round: string, replies: readonly Reply[]): Promise<Seen>;
}

/** The creation of a SKU. */
export const create = (id: string, onHand: number, productId?: string): Request => ({
  method: 'POST',
  path: '/skus',
  body: { id, name: id, price: 1200, onHand, ...(productId === undefined ? {} : { productId }) },
});

export const stockOf = async (read: Read, skuId: string): Promise<number> =>
  (await read<{ available: number }>(`/skus/${skuId}`)).available;

/** How many were answered so. */
export const count = (replies: readonly Reply[], status: number): number =>
  replies.filter((reply) => reply.status === status).length;

/** How a round ended: what is to be seen, what was answered, and what is wrong with either. */
export async function outcomeOf(race: Race, read: Read, round: string, replies: readonly Reply[]): Promise<Seen> {
  const { words, wrong } = await race.look(read, round, replies);
  const told = replies.map((reply) => `${reply.status} ${codeOf(reply)}`.trim()).toSorted();
  const got = tally(replies);
  const expected = Object.entries(race.answers);
  const asExpected = expected.every(([kind, times]) => got[kind] === times);
  return {
    words: `${words}; answered ${told.join(' and ')}`,
    wrong: wrong ?? (asExpected ? null : 'not what must be answered'),
  };
}
