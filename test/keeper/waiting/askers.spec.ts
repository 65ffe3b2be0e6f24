/** The clients that ask for one request: when the time of each runs out, and what each hears, once. */
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Askers, type Ear } from '../../../src/keeper/waiting/askers.ts';
import type { Answer } from '../../../src/shop/outcome.ts';

const SHORT: Answer = { outcome: { kind: 'insufficient_stock', shortages: [] }, replayed: false };
const DONE: Answer = { outcome: { kind: 'cart_kept', cartId: 'c' }, replayed: false };
const REFUSED: Answer = { outcome: { kind: 'cart_not_found', cartId: 'c' }, replayed: false };
const UNHEARD: Answer = { outcome: { kind: 'unknown_outcome', retryAfterSeconds: 1 }, replayed: false };

/** Alarms are rung by hand. `heard` has what each asker heard, and `changes` how often one was late or gone. */
function asked() {
  const alarms = new Map<number, () => void>();
  const heard: string[] = [];
  const answers: Answer[] = [];
  let changes = 0;
  const alarm = (ms: number, ring: () => void) => {
    alarms.set(ms, ring);
    return () => alarms.delete(ms);
  };
  const askers = new Askers({ clock: () => 0, alarm }, () => changes++);
  const hear = (name: string): Ear => ({
    hear: (what) => {
      if (what.kind !== 'again') answers.push(what.answer);
      heard.push(`${name} ${what.kind === 'answer' ? what.answer.outcome.kind : what.kind}`);
    },
    fail: (bug) => heard.push(`${name} ${bug}`),
  });
  /** Returns the controller of the client's signal; aborting it hangs up. */
  const attend = (name: string, waitMs: number, client: AbortController = new AbortController()) => {
    askers.attend(waitMs, client.signal, hear(name));
    return client;
  };
  /** A turn refuses it for lack of stock, and it takes its place. */
  const waits = () => {
    askers.turn();
    askers.beginToWait();
    askers.sendAway(SHORT, []);
  };
  const changed = () => changes;
  return { askers, alarms, heard, answers, hear, attend, waits, changed };
}

const gone = (): AbortController => {
  const client = new AbortController();
  client.abort();
  return client;
};

describe('the time of an asker', () => {
  it('runs from when the request begins to wait, for those who have some', () => {
    const { askers, alarms, attend } = asked();
    attend('first', 50);
    attend('second', 0);
    attend('third', 70);
    expect([...alarms.keys()]).toEqual([]);
    expect(askers.waitMs).toBe(70);
    askers.beginToWait();
    expect([...alarms.keys()]).toEqual([50, 70]);
  });

  it('runs at once for who comes when the request waits', () => {
    const { alarms, attend, waits, changed } = asked();
    attend('first', 50);
    waits();
    attend('second', 60);
    expect([...alarms.keys()]).toEqual([50, 60]);
    expect(changed()).toBe(0);
  });

  it('is up at once for who has none: the request is woken to refuse it, and it alone', () => {
    const { askers, alarms, attend, waits, changed, heard } = asked();
    attend('first', 50);
    waits();
    attend('second', 0);
    expect(changed()).toBe(1);
    expect([...alarms.keys()]).toEqual([50]);
    askers.sendAway(SHORT, []);
    expect(heard).toEqual(['second sent_away']);
  });

  it('is nothing before the request waits: who has none hears of the first refusal', () => {
    const { attend, waits, changed, heard } = asked();
    attend('first', 50);
    attend('second', 0);
    expect(changed()).toBe(0);
    waits();
    expect(heard).toEqual(['second sent_away']);
  });

  it('that is up makes it late: it does not listen, and hears the next refusal, once', () => {
    const { askers, alarms, attend, waits, changed, heard } = asked();
    attend('first', 50);
    waits();
    expect(askers.areListening).toBe(true);
    alarms.get(50)?.();
    expect([changed(), askers.areListening, askers.areGone]).toEqual([1, false, false]);
    expect(heard).toEqual([]);
    for (let turns = 0; turns < 2; turns++) askers.sendAway(SHORT, []);
    expect(heard).toEqual(['first sent_away']);
    expect(askers.areGone).toBe(true);
  });
});

describe('an asker whose client cannot hang up', () => {
  it('is heard and told like any other', () => {
    const { askers, alarms, heard, hear } = asked();
    askers.attend(50, null, hear('first'));
    askers.attend(60, null, hear('second'));
    expect(askers.areListening).toBe(true);
    askers.beginToWait();
    alarms.get(50)?.();
    askers.sendAway(SHORT, []);
    askers.finish(DONE);
    expect(heard).toEqual(['first sent_away', 'second cart_kept']);
    expect(alarms.size).toBe(0);
  });
});

describe('whether one of them listens', () => {
  it('is so as long as one has time left and is there', () => {
    const { askers, attend } = asked();
    expect([askers.areListening, askers.areGone, askers.waitMs]).toEqual([false, true, 0]);
    attend('without time', 0);
    attend('gone', 50, gone());
    expect([askers.areListening, askers.areGone]).toEqual([false, false]);
    attend('there', 50);
    expect(askers.areListening).toBe(true);
  });
});

describe('an asker that hangs up', () => {
  // Red with: the last refusal not told to it. It always hears something, because its client may be a program that
  // still waits.
  it('hears the last refusal, and the others wait on', () => {
    const { askers, alarms, attend, waits, changed, heard } = asked();
    const first = attend('first', 50);
    attend('second', 60);
    waits();
    first.abort();
    expect(heard).toEqual(['first insufficient_stock']);
    expect([changed(), askers.areGone, [...alarms.keys()]]).toEqual([1, false, [60]]);
  });

  it('before the request waits is gone when it begins to', () => {
    const { askers, alarms, attend, heard, answers, changed } = asked();
    attend('first', 50, gone());
    attend('second', 60);
    expect(heard).toEqual([]);
    askers.beginToWait();
    expect(answers).toEqual([UNHEARD]);
    expect([changed(), [...alarms.keys()]]).toEqual([1, [60]]);
    askers.finish(DONE);
    expect(heard).toEqual(['first unknown_outcome', 'second cart_kept']);
  });

  it('or was told leaves nothing behind at its signal, and no alarm', () => {
    const { askers, alarms, attend, waits, heard, changed } = asked();
    const clients = ['gone', 'late', 'told'].map((name, i) => attend(name, 50 + i));
    waits();
    const listeners = () => clients.map(({ signal }) => getEventListeners(signal, 'abort').length);
    expect(listeners()).toEqual([1, 1, 1]);
    clients[0]?.abort();
    alarms.get(51)?.();
    askers.sendAway(SHORT, []);
    expect(listeners()).toEqual([0, 0, 1]);
    expect([...alarms.keys()]).toEqual([52]);
    askers.finish(DONE);
    expect(listeners()).toEqual([0, 0, 0]);
    expect(alarms.size).toBe(0);
    for (const client of clients) client.abort();
    expect(heard).toEqual(['gone insufficient_stock', 'late sent_away', 'told cart_kept']);
    expect(changed()).toBe(2);
  });

  it('as the last gives the place up: who comes then is to ask anew', () => {
    const { askers, attend, waits, heard } = asked();
    const first = attend('first', 50);
    waits();
    first.abort();
    expect(askers.areGone).toBe(true);
    attend('second', 50);
    expect(heard.at(-1)).toBe('second again');
    expect(askers.areGone).toBe(true);
  });

  it('is no reason to ask anew before the request waits', () => {
    const { attend, heard, askers } = asked();
    attend('first', 0);
    expect(heard).toEqual([]);
    expect(askers.areGone).toBe(false);
  });
});

describe('the end of a request', () => {
  const unknown: Answer = { outcome: { kind: 'unknown_outcome', retryAfterSeconds: 7 }, replayed: false };

  it.each<[string, Answer]>([
    ['done', DONE],
    ['unknown', unknown],
  ])('is the answer to all who ask for it, whenever: %s', (_what, answer) => {
    const { askers, attend, answers, heard } = asked();
    attend('first', 50);
    askers.turn();
    attend('of this turn', 50);
    askers.finish(answer);
    attend('later', 50);
    expect(answers).toEqual([answer, answer, answer]);
    expect(heard).toHaveLength(3);
    expect(askers.areGone).toBe(true);
  });

  it('that is a refusal is the answer to who came before the turn that decided it, and to who came first', () => {
    const { askers, attend, heard } = asked();
    attend('first', 50);
    askers.turn();
    attend('between the turns', 50);
    askers.turn();
    attend('after the last', 50);
    askers.finish(REFUSED);
    attend('at the end', 50);
    expect(heard).toEqual([
      'first cart_not_found',
      'between the turns cart_not_found',
      'after the last again',
      'at the end again',
    ]);
  });

  it('without any turn is the answer to who came first alone', () => {
    const { askers, attend, heard } = asked();
    attend('first', 50);
    attend('second', 50);
    askers.finish(REFUSED);
    expect(heard).toEqual(['first cart_not_found', 'second again']);
  });

  it('by a bug fails all, and is unknown to those who come later', () => {
    const { askers, attend, heard, answers, alarms } = asked();
    attend('first', 50);
    attend('second', 60);
    askers.beginToWait();
    askers.fail('a bug');
    expect(alarms.size).toBe(0);
    attend('later', 50);
    expect(heard).toEqual(['first a bug', 'second a bug', 'later unknown_outcome']);
    expect(answers).toEqual([UNHEARD]);
  });
});
