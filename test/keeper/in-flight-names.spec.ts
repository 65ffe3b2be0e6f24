/** Under which names a request is in flight, and which earlier request it follows. */
import { describe, expect, it } from 'vitest';
import { InFlight, type Request } from '../../src/keeper/in-flight.ts';
import type { Turn } from '../../src/keeper/turn.ts';
import type { Patience } from '../../src/keeper/waiting/patience.ts';
import type { Command } from '../../src/shop/commands.ts';
import type { Idempotency } from '../../src/shop/idempotency.ts';
import { KEY_KEPT_MS, type KeyRecord } from '../../src/shop/idempotency.ts';
import { checkout, place, receive } from '../support/commands.ts';
import { AT } from '../support/shop.ts';

const key = (name: string, fingerprint = 'f'): Idempotency => ({ key: name, fingerprint });
const made = { idIsNew: true };
const waits = { waitSeconds: 30 };
const RECORD: KeyRecord = { key: 'k', fingerprint: 'f', outcome: '{"kind":"cart_kept","cartId":"c"}', at: AT };

/** `stored` is what is in memory: a record of key `k`, an order of id `o`. */
function inFlight(stored: { record?: KeyRecord; order?: boolean; at?: number } = {}) {
  const requests = new InFlight();
  const turn = {
    at: stored.at ?? AT,
    find: (kind: string, id: string) => {
      if (kind === 'keys') return id === 'k' ? (stored.record ?? null) : null;
      return kind === 'orders' && id === 'o' && stored.order === true ? {} : null;
    },
  } as unknown as Turn;
  const dropped = new Set<Request>();
  const enter = (command: Command, idempotency: Idempotency | null = null): Request => {
    const patience = {
      get isDropped() {
        return dropped.has(request);
      },
    } as Patience;
    const request = requests.enter({ command, idempotency, signal: null, patience });
    return request;
  };
  /** The result of a request: the request that it joins, the kind of its refusal, or `null`. */
  const comesTo = (request: Request): Request | string | null => {
    const preceded = requests.preceding(request, turn);
    if (preceded === null) return null;
    return 'joins' in preceded ? (preceded.joins ?? 'nobody') : preceded.refusal.kind;
  };
  return { requests, enter, comesTo, drop: (request: Request) => dropped.add(request) };
}

const order = (changes = {}) => ({ ...place('o', { A: 1 }), ...changes });

describe('two requests', () => {
  // Red with: a request that is known by fewer or more names than its client may repeat it with.
  it.each<[string, Command, Idempotency | null, Command, Idempotency | null]>([
    ['an order', order(), null, order(), null],
    ['a key', receive('A', 1), key('k'), receive('A', 1), key('k')],
    ['a key, with an order of its own each', order({ orderId: '1', ...made }), key('k'), order(made), key('k')],
    ['an order, with a key of its own each', order(), key('k'), order(), key('l')],
    ['a made id that the line shows', order({ ...made, ...waits }), null, order(), null],
    ['the order of a checkout', checkout('c', 'o'), null, checkout('d', 'o'), null],
    ['a cart', checkout('c', '1', made), null, checkout('c', '2', made), null],
    ['a cart, whoever waits', checkout('c', '1', { ...made, ...waits }), null, checkout('c', '2', made), null],
    [
      'a cart, of one version',
      { ...checkout('c', '1', made), ifVersion: 1, ifNotVersion: 2 },
      null,
      { ...checkout('c', '2', made), ifVersion: 1, ifNotVersion: 2 },
      null,
    ],
  ])('are one by %s', (_by, first, itsKey, second, key) => {
    const { enter, comesTo } = inFlight();
    const one = enter(first, itsKey);
    expect(comesTo(enter(second, key))).toBe(one);
    expect(comesTo(one)).toBeNull();
  });

  it.each<[string, Command, Idempotency | null, Command, Idempotency | null]>([
    ['by nothing', receive('A', 1), null, receive('A', 1), null],
    ['by their terms alone', order({ orderId: '1', ...made, ...waits }), null, order({ ...made, ...waits }), null],
    ['by a made id that nobody sees', order(made), null, order(made), null],
    ['by keys of their own', receive('A', 1), key('k'), receive('A', 1), key('l')],
    ['by the cart, under an id of the client', checkout('c', '1'), null, checkout('c', '2', made), null],
    ['by the cart, under an id of the other', checkout('c', '1', made), null, checkout('c', '2'), null],
    ['by the cart, under a key', checkout('c', '1', made), key('k'), checkout('c', '2', made), key('l')],
    ['by another cart', checkout('c', '1', made), null, checkout('d', '2', made), null],
    [
      'by a cart on other terms',
      checkout('c', '1', made),
      null,
      checkout('c', '2', { ...made, fingerprint: 'g' }),
      null,
    ],
    [
      'by a cart of another version',
      checkout('c', '1', made),
      null,
      { ...checkout('c', '2', made), ifVersion: 1 },
      null,
    ],
    [
      'by a cart not of a version',
      checkout('c', '1', made),
      null,
      { ...checkout('c', '2', made), ifNotVersion: 1 },
      null,
    ],
  ])('are two when they are the same %s', (_by, first, itsKey, second, key) => {
    const { enter, comesTo } = inFlight();
    enter(first, itsKey);
    expect(comesTo(enter(second, key))).toBeNull();
  });

  it.each<[string, string, Command, Idempotency | null, Command, Idempotency | null]>([
    ['a key', 'idempotency_key_reused', receive('A', 1), key('k', 'f'), receive('A', 2), key('k', 'g')],
    ['an order', 'order_id_reused', order(), null, order({ fingerprint: 'g' }), null],
    ['an order, under a key', 'order_id_reused', order(), null, order({ fingerprint: 'g' }), key('k')],
    [
      'an order, on the terms of its key',
      'order_id_reused',
      order({ fingerprint: 'g' }),
      key('k'),
      order({ fingerprint: 'f' }),
      null,
    ],
    ['a key before the order', 'idempotency_key_reused', order(), key('k'), order({ fingerprint: 'g' }), key('k', 'g')],
  ])('of which the later is another under %s: it is refused', (_by, refusal, first, itsKey, second, key) => {
    const { enter, comesTo } = inFlight();
    enter(first, itsKey);
    expect(comesTo(enter(second, key))).toBe(refusal);
  });

  it('is refused by the name that is taken', () => {
    const { requests, enter } = inFlight();
    enter(order(), key('k'));
    const another = requests.preceding(enter(order({ fingerprint: 'g' })), { find: () => null } as unknown as Turn);
    expect(another).toEqual({ refusal: { kind: 'order_id_reused', orderId: 'o' } });
    const underKey = requests.preceding(enter(receive('A', 1), key('k', 'g')), { find: () => null } as unknown as Turn);
    expect(underKey).toEqual({ refusal: { kind: 'idempotency_key_reused', key: 'k' } });
  });
});

describe('several under one name', () => {
  it('all join the one that came first, and the next when that has left', () => {
    const { requests, enter, comesTo } = inFlight();
    const [first, second, third] = [enter(order()), enter(order()), enter(order())];
    expect([comesTo(first), comesTo(second), comesTo(third)]).toEqual([null, first, first]);
    requests.leave(first);
    expect([comesTo(second), comesTo(third)]).toEqual([null, second]);
  });

  it('pass over those whose askers are all gone', () => {
    const { enter, comesTo, drop } = inFlight();
    const [first, second, third] = [enter(order()), enter(order()), enter(order())];
    drop(first);
    expect([comesTo(second), comesTo(third)]).toEqual([null, second]);
    drop(second);
    expect(comesTo(third)).toBeNull();
  });

  // Red with: joined by the first name in common, or the last. A request that joins one which itself waits for another
  // would wait as long as that one.
  it('known by a key and by an order: the later joins the one that came first of all, whichever name they share', () => {
    for (const byKeyFirst of [true, false]) {
      const { enter, comesTo } = inFlight();
      const byKey = () => enter(receive('A', 1), key('k'));
      const byOrder = () => enter(order());
      const [first] = byKeyFirst ? [byKey(), byOrder()] : [byOrder(), byKey()];
      expect(comesTo(enter(order(), key('k')))).toBe(first);
    }
  });

  it('leave no name behind', () => {
    const { requests, enter } = inFlight();
    expect(requests.size).toBe(0);
    const all = [enter(order(), key('k')), enter(order()), enter(checkout('c', 'p', made)), enter(receive('A', 1))];
    expect(requests.size).toBe(4);
    for (const request of all) requests.leave(request);
    expect(requests.size).toBe(0);
  });
});

describe('what is stored says more than who is in flight', () => {
  it.each<[string, { record?: KeyRecord; order?: boolean; at?: number }, boolean]>([
    ['a record under the key', { record: RECORD }, true],
    ['a record that is not kept any more', { record: RECORD, at: AT + KEY_KEPT_MS }, false],
    [
      'a record of a refusal, from a build before',
      { record: { ...RECORD, outcome: '{"kind":"cart_not_found"}' } },
      false,
    ],
    ['the order', { order: true }, false],
  ])('of a key: %s', (_what, stored, isDecided) => {
    const { enter, comesTo } = inFlight(stored);
    const first = enter(order(), key('k'));
    expect(comesTo(enter(order(), key('k')))).toBe(isDecided ? null : first);
  });

  it('of an order: the order, under whatever key it is asked for', () => {
    const { enter, comesTo } = inFlight({ order: true });
    enter(order({ fingerprint: 'g' }));
    expect(comesTo(enter(order()))).toBeNull();
    expect(comesTo(enter(order(), key('k')))).toBeNull();
    expect(comesTo(enter(order({ orderId: 'p' })))).toBeNull();
    expect(comesTo(enter(order({ orderId: 'p', fingerprint: 'g' })))).toBe('order_id_reused');
  });

  // Its id was made by the service, and since then a client that saw it in the line has used it. The request gets that
  // order, and does not join the request in flight for the cart.
  it('of a checkout: the order, before another of the same cart', () => {
    const { enter, comesTo } = inFlight({ order: true });
    const first = enter(checkout('c', '1', made));
    expect(comesTo(enter(checkout('c', '2', made)))).toBe(first);
    expect(comesTo(enter(checkout('c', 'o', made)))).toBeNull();
  });
});
