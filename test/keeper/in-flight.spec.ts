/** Asking again while the first request is in flight: decided, on its way to the database, or waiting for stock. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Keeper } from '../../src/keeper/keeper.ts';
import type { KeeperLimits } from '../../src/keeper/limits.ts';
import type { Command } from '../../src/shop/commands.ts';
import type { Idempotency } from '../../src/shop/idempotency.ts';
import type { Answer } from '../../src/shop/outcome.ts';
import { cancel, checkout, create, place, put, readOrder, readSku, receive } from '../support/commands.ts';
import { type Fate, fates, gateOf } from '../support/interleave.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { ABORTED, AT, commitsByHand, quiet, release } from '../support/shop.ts';

/** A keeper with SKUs A and B that have no stock. Its alarms are rung by hand. */
async function soldOut(limits: Partial<KeeperLimits> = {}) {
  const store = new MemoryStore();
  const alarms = new Map<number, () => void>();
  const tenure = { role: 'owner' as 'owner' | 'standby', certain: () => null, writer: () => null };
  const keeper = new Keeper({
    store,
    lists: store,
    limits,
    tenure,
    clock: () => AT,
    pause: async () => {},
    alarm: (ms, ring) => {
      alarms.set(ms, ring);
      return () => alarms.delete(ms);
    },
  });
  for (const id of ['A', 'B']) await keeper.ask(create(id, 0));
  /** The answers as they come: `name outcome`, and `again` for a repeat. */
  const told: string[] = [];
  const gone = new Map<string, () => void>();
  const begin = async (name: string, command: Command, idempotency: Idempotency | null = null) => {
    const leave = new AbortController();
    gone.set(name, () => leave.abort());
    void keeper.ask(command, idempotency, leave.signal).then(
      ({ outcome, replayed }) => told.push(`${name} ${outcome.kind}${replayed ? ' again' : ''}`),
      (bug: Error) => told.push(`${name} ${bug.message}`),
    );
    await quiet();
  };
  const ask = async (command: Command, idempotency: Idempotency | null = null): Promise<Answer> => {
    const answer = await keeper.ask(command, idempotency);
    await quiet();
    return answer;
  };
  const leave = async (name: string) => {
    gone.get(name)?.();
    await quiet();
  };
  const ring = async (seconds: number) => {
    alarms.get(seconds * 1000)?.();
    await quiet();
  };
  return { store, keeper, tenure, alarms, told, begin, ask, leave, ring };
}

const key = (name: string, fingerprint = 'f'): Idempotency => ({ key: name, fingerprint });
const waiting = (command: ReturnType<typeof place>, waitSeconds = 30) => ({ ...command, waitSeconds });
/** The client gives no id, so each request for the order has another id. */
const made = (orderId: string, lines: Readonly<Record<string, number>>, waitSeconds = 30) => ({
  ...waiting(place(orderId, lines), waitSeconds),
  idIsNew: true,
});

describe('the same request while the first waits for stock', () => {
  const inCart = (orderId: string, changes = {}) => checkout('c', orderId, { waitSeconds: 30, ...changes });
  // Red with: a repeat that is decided beside the first request.
  it.each<[string, (n: number) => readonly [Command, Idempotency | null]]>([
    ['an order id', () => [waiting(place('o', { A: 2 })), null]],
    ['a key', (n) => [made(`made-${n}`, { A: 2 }), key('k')]],
    ['both', () => [waiting(place('o', { A: 2 })), key('k')]],
    ['an order id, under a key of its own each', (n) => [waiting(place('o', { A: 2 })), key(`k${n}`)]],
    ['an order id, with and without a key', (n) => [waiting(place('o', { A: 2 })), n % 2 === 0 ? key('k') : null]],
    ['the order id of a checkout', () => [inCart('o'), null]],
    ['the key of a checkout', (n) => [inCart(`made-${n}`, { idIsNew: true }), key('k')]],
    ['the cart of a checkout that has neither', (n) => [inCart(`made-${n}`, { idIsNew: true }), null]],
  ])('joins it, known by %s: one place, one order, and its answer', async (_by, request) => {
    const { keeper, store, begin, ask, told } = await soldOut();
    await ask(put('c', 'A', 2));
    for (let n = 0; n < 5; n++) await begin(`${n}`, ...request(n));
    expect(told).toEqual([]);
    expect(keeper.waiting.of('A')).toMatchObject([{ needs: new Map([['A', 2]]) }]);
    const late = await ask(place('other', { A: 1 }));
    expect(late.outcome).toMatchObject({ kind: 'insufficient_stock', shortages: [{ ahead: 2 }] });
    await ask(receive('A', 9));
    expect(told.toSorted()).toEqual(['0 order_placed', ...[1, 2, 3, 4].map((n) => `${n} order_placed again`)]);
    expect(store.orderRows.size).toBe(1);
    expect(store.skuRows.get('A')?.reserved).toBe(2);
    expect(keeper.load).toMatchObject({ commands: 0, waiting: 0 });
    // What was done is remembered under every key that asked for it.
    const keys = new Set([0, 1, 2, 3, 4].flatMap((n) => request(n)[1]?.key ?? []));
    expect([...store.keyRows.keys()].toSorted()).toEqual([...keys].toSorted());
  });

  it('has its own time: the first may be sent away before it, with what is there by then, and it keeps the place', async () => {
    const { begin, ask, told, ring, keeper } = await soldOut();
    await begin('first', waiting(place('o', { A: 2 }), 5));
    await begin('behind', waiting(place('p', { A: 1 }), 60));
    await begin('again', waiting(place('o', { A: 2 }), 30));
    await ask(receive('A', 1));
    await ring(5);
    expect(told).toEqual(['first insufficient_stock']);
    expect(keeper.waiting.of('A').map(({ orderId }) => orderId)).toEqual(['o', 'p']);
    await ask(receive('A', 1));
    expect(told).toEqual(['first insufficient_stock', 'again order_placed again']);
  });

  it('that does not wait is refused at once, and the first waits on in its place', async () => {
    const { begin, ask, told } = await soldOut();
    await begin('first', waiting(place('o', { A: 2 })));
    await ask(receive('A', 1));
    expect((await ask(place('o', { A: 2 }))).outcome).toMatchObject({
      kind: 'insufficient_stock',
      // The first is not ahead of itself.
      shortages: [{ requested: 2, available: 1, version: 1 }],
    });
    await ask(receive('A', 1));
    expect(told).toEqual(['first order_placed']);
  });

  it('waits on in its place when the first did not wait at all', async () => {
    const { store, begin, ask, told } = await soldOut();
    const go = Promise.withResolvers<undefined>();
    store.gate = { before: (call) => (call === 'load' ? go.promise : undefined), after: () => undefined };
    await begin('first', place('o', { A: 1 }));
    await begin('again', waiting(place('o', { A: 1 })));
    go.resolve(undefined);
    release(store);
    await quiet();
    expect(told).toEqual(['first insufficient_stock']);
    await ask(receive('A', 1));
    expect(told.at(-1)).toMatch(/^again order_placed/);
  });

  // Red with: a place that is given up when the client that took it leaves.
  it('keeps the place when the first hangs up, and the first keeps it when the repeat does', async () => {
    const { begin, ask, leave, told, keeper } = await soldOut();
    await begin('first', waiting(place('o', { A: 1 })));
    for (const name of ['2', '3']) await begin(name, waiting(place('o', { A: 1 })));
    await begin('behind', waiting(place('p', { A: 1 })));
    for (const name of ['3', 'first']) await leave(name);
    expect(keeper.waiting.of('A').map(({ orderId }) => orderId)).toEqual(['o', 'p']);
    await ask(receive('A', 1));
    expect(told.filter((text) => text.includes('placed'))).toEqual(['2 order_placed again']);
  });

  it('gives the place up when all who ask are gone, and takes another when one comes again', async () => {
    const { begin, ask, leave, told, keeper, store } = await soldOut();
    await begin('first', waiting(place('o', { A: 1 })));
    await begin('2', waiting(place('o', { A: 1 })));
    await begin('behind', waiting(place('p', { A: 1 })));
    for (const name of ['2', 'first']) await leave(name);
    await begin('3', waiting(place('o', { A: 1 })));
    expect(keeper.waiting.of('A').map(({ orderId }) => orderId)).toEqual(['p', 'o']);
    await ask(receive('A', 1));
    expect([...store.orderRows.keys()]).toEqual(['p']);
    await ask(receive('A', 1));
    expect(told.filter((text) => text.includes('placed'))).toEqual(['behind order_placed', '3 order_placed']);
  });

  it.each(['closing', 'standby'] as const)('is told the same as the first: %s', async (kind) => {
    const { begin, keeper, tenure, told, alarms } = await soldOut();
    await begin('first', waiting(place('o', { A: 1 }), 5));
    await begin('again', waiting(place('o', { A: 1 }), 30));
    if (kind === 'closing') await keeper.close();
    else {
      tenure.role = 'standby';
      keeper.startOver();
    }
    await quiet();
    expect(told.toSorted()).toEqual([`again ${kind}`, `first ${kind}`]);
    expect(alarms.size).toBe(0);
    expect(keeper.load).toMatchObject({ commands: 0, waiting: 0 });
  });

  it('joins it beyond the time in which memory starts over', async () => {
    const { begin, keeper, ask, told } = await soldOut();
    await begin('first', waiting(place('o', { A: 1 })));
    await begin('again', waiting(place('o', { A: 1 })));
    keeper.startOver();
    await quiet();
    await ask(receive('A', 1));
    expect(told.toSorted()).toEqual(['again order_placed again', 'first order_placed']);
  });

  it('is sent away when too many wait for the answer of another, and the first waits on', async () => {
    const { begin, ask, told } = await soldOut({ waitersMax: 2 });
    for (const name of ['first', '2', '3', '4']) await begin(name, waiting(place('o', { A: 1 })));
    expect(told).toEqual(['4 overloaded']);
    await ask(receive('A', 1));
    expect(told.slice(1).toSorted()).toEqual(['2 order_placed again', '3 order_placed again', 'first order_placed']);
  });

  it('is a checkout of the same cart on the same terms: on other terms it is another', async () => {
    const { begin, ask, keeper } = await soldOut();
    await ask(put('c', 'A', 1));
    await begin('first', checkout('c', '1', { idIsNew: true, waitSeconds: 30, fingerprint: 'online' }));
    await begin('other', checkout('c', '2', { idIsNew: true, waitSeconds: 30, fingerprint: 'cash' }));
    await begin('of this version', { ...checkout('c', '3', { idIsNew: true, waitSeconds: 30 }), ifVersion: 1 });
    expect(keeper.waiting.of('A').map(({ orderId }) => orderId)).toEqual(['1', '2', '3']);
  });

  // Red with: the precondition of the first request applied to a repeat that has none, or has another one.
  it.each<[string, (n: number) => readonly [Command, Idempotency | null]]>([
    ['a key', (n) => [checkout('c', `made-${n}`, { idIsNew: true, waitSeconds: 30 }), key('k')]],
    ['an order id', () => [checkout('c', 'o', { waitSeconds: 30 }), null]],
  ])('is not told that the first was late for the version that it asked for, known by %s', async (_by, request) => {
    const { begin, ask, told } = await soldOut();
    await ask(put('c', 'A', 1));
    const [first, idempotency] = request(1);
    await begin('first', { ...first, ifVersion: 1 }, idempotency);
    await begin('repeat', ...request(2));
    await ask(put('c', 'B', 1));
    expect(told).toEqual(['first stale_version']);
    await ask(receive('A', 1));
    await ask(receive('B', 1));
    expect(told).toEqual(['first stale_version', 'repeat order_placed']);
  });
});

describe('another request while the first waits for stock', () => {
  // Red with: a different request that is decided.
  it.each<[string, Command]>([
    ['another order', made('made-2', { B: 1 })],
    ['a receipt', receive('B', 1)],
    ['a cancel that finds nothing', cancel('none')],
    ['a checkout', checkout('c', 'made-3', { idIsNew: true })],
  ])('under its key is refused at once, and the first is untouched: %s', async (_name, other) => {
    const { begin, ask, told, store } = await soldOut();
    await ask(receive('B', 5));
    await ask(put('c', 'B', 1));
    await begin('first', made('made-1', { A: 1 }), key('k', 'a'));
    expect(await ask(other, key('k', 'b'))).toEqual({
      outcome: { kind: 'idempotency_key_reused', key: 'k' },
      replayed: false,
    });
    expect(told).toEqual([]);
    expect(store.skuRows.get('B')).toMatchObject({ onHand: 5, reserved: 0 });
    await ask(receive('A', 1));
    expect(told).toEqual(['first order_placed']);
  });

  it('for its order is refused at once, under whatever key, and the first is untouched', async () => {
    const { begin, ask, told } = await soldOut();
    await ask(receive('B', 5));
    await begin('first', waiting(place('o', { A: 1 })), key('k'));
    const refused = { outcome: { kind: 'order_id_reused', orderId: 'o' }, replayed: false };
    expect(await ask(place('o', { B: 1 }))).toEqual(refused);
    expect(await ask(place('o', { B: 1 }), key('other'))).toEqual(refused);
    expect(await ask(checkout('c', 'o'))).toEqual(refused);
    await ask(receive('A', 1));
    expect(told).toEqual(['first order_placed']);
  });

  it('is decided once the first was refused: nothing was done under the key', async () => {
    const { begin, ask, ring, told } = await soldOut();
    await begin('first', made('made-1', { A: 1 }), key('k', 'a'));
    await ring(30);
    expect(told).toEqual(['first insufficient_stock']);
    expect((await ask(receive('B', 1), key('k', 'b'))).outcome.kind).toBe('sku');
  });
});

describe('a request whose first is being decided', () => {
  it('joins it, and another is refused for it, also when the commit of the first is lost', async () => {
    const { keeper, store, begin, told } = await soldOut();
    const next = commitsByHand(store);
    await begin('first', receive('A', 1), key('k', 'a'));
    await begin('again', receive('A', 1), key('k', 'a'));
    await begin('other', receive('B', 1), key('k', 'b'));
    await next(ABORTED);
    expect(told).toEqual(['other idempotency_key_reused']);
    release(store);
    await next();
    expect(told.toSorted()).toEqual(['again sku again', 'first sku', 'other idempotency_key_reused']);
    expect((await keeper.ask(readSku('A'))).outcome).toMatchObject({ sku: { onHand: 1 } });
    expect(store.skuRows.get('B')?.onHand).toBe(0);
  });

  /** From here on SKU A is not read. By then a checkout of the cart has read its key, its order and its cart. */
  const holdA = async ({ keeper, store }: Awaited<ReturnType<typeof soldOut>>) => {
    await keeper.ask(put('c', 'A', 1));
    keeper.startOver();
    // One load is under way at a time, so what the others need is read now.
    for (const command of [readSku('B'), readOrder('o')]) await keeper.ask(command);
    const go = Promise.withResolvers<undefined>();
    store.gate = {
      before: (call) => (call === 'load' && store.loads.at(-1)?.skus.includes('A') ? go.promise : undefined),
      after: () => undefined,
    };
    return async () => {
      go.resolve(undefined);
      await quiet();
    };
  };
  const bought = (orderId: string) => checkout('c', orderId, { idIsNew: orderId === 'made' });

  it('is refused for it before the first has read all that it needs, and the first is untouched', async () => {
    const all = await soldOut();
    const letGo = await holdA(all);
    await all.begin('first', bought('made'), key('k', 'a'));
    await all.begin('other', receive('B', 1), key('k', 'b'));
    expect(all.told).toEqual(['other idempotency_key_reused']);
    await letGo();
    expect(all.told.at(-1)).toBe('first insufficient_stock');
    expect(all.store.skuRows.get('B')?.onHand).toBe(0);
  });

  // Red with: the request in flight believed before the record is.
  it('is given what was done before, though another is in flight under its key, or for its order', async () => {
    const all = await soldOut();
    await all.ask(receive('B', 3), key('k', 'a'));
    await all.ask(place('o', { B: 1 }));
    const letGo = await holdA(all);
    await all.begin('other', bought('made'), key('k', 'b'));
    await all.begin('other order', bought('o'));
    const again = { replayed: true };
    expect(await all.ask(receive('B', 3), key('k', 'a'))).toMatchObject({ outcome: { kind: 'sku' }, ...again });
    expect(await all.ask(place('o', { B: 1 }))).toMatchObject({ outcome: { kind: 'order_placed' }, ...again });
    expect(all.told).toEqual([]);
    await letGo();
    expect(all.told.toSorted()).toEqual(['other idempotency_key_reused', 'other order order_id_reused']);
  });

  it('is not told a refusal that was decided before it was asked: it may be older than what was answered since', async () => {
    const { store, begin, ask, told } = await soldOut();
    const next = commitsByHand(store);
    // What the refusal of the first request rests on is on its way to the database.
    await begin('received', receive('A', 1));
    await begin('first', made('made-1', { A: 2 }, 0), key('k'));
    await begin('more', receive('A', 1));
    await begin('again', made('made-2', { A: 2 }, 0), key('k'));
    await next();
    release(store);
    await next().catch(() => {});
    await quiet();
    expect(told).toContain('first insufficient_stock');
    expect(told.at(-1)).toBe('again order_placed');
    expect((await ask(made('made-3', { A: 2 }, 0), key('k'))).replayed).toBe(true);
  });

  it('is told that the outcome is unknown when it is to the first, and a bug of the first', async () => {
    const { store, keeper, begin, told } = await soldOut({ attemptsMax: 1 });
    keeper.startOver();
    store.gate = {
      before: (call) => (call === 'load' ? Promise.reject(new Error('wire')) : undefined),
      after: () => undefined,
    };
    for (const name of ['first', 'again']) await begin(name, receive('A', 1), key('k'));
    expect(told).toEqual(['first unknown_outcome', 'again unknown_outcome']);
  });
});

describe('any interleaving of repeats, of others under the same names, and of what becomes of commits', () => {
  const body = fc.constantFrom('a', 'a', 'a', 'b');
  const asking = fc.record({
    name: fc.constantFrom('1', '2'),
    body,
    by: fc.constantFrom('key', 'order'),
    waits: fc.boolean(),
  });
  const step = fc.oneof({ weight: 4, arbitrary: asking }, { weight: 1, arbitrary: fc.constant('receive' as const) });

  // Red with: a repeat decided beside the first; a different request carried out; a refusal recorded; a place that is
  // given up when the client that took it leaves.
  it('law: under one name one request is done at most, in one place; the first never loses by a later one; no asker is left', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(step, { minLength: 3, maxLength: 12 }),
        fates,
        fc.constantFrom(1, 100),
        async (s, steps, ends, residentsMax) => {
          const { calls, unanswered, placesMost, store } = await interleave(s, steps, ends, residentsMax);
          expect(unanswered).toBe(0);
          expect(placesMost).toBeLessThanOrEqual(1);
          for (const [name, all] of Map.groupBy(calls, (call) => call.name)) {
            const first = all.toSorted((a, b) => a.called - b.called)[0] ?? expect.unreachable();
            const done = all.filter(({ outcome }) => outcome.kind === 'order_placed');
            for (const { outcome } of all) seen.add(outcome.kind);
            for (const { replayed } of done) seen.add(`placed ${replayed}`);
            expect(new Set(done.map(({ outcome }) => JSON.stringify(outcome))).size, name).toBeLessThanOrEqual(1);
            expect(done.filter(({ replayed }) => !replayed).length, name).toBeLessThanOrEqual(1);
            expect(first.outcome.kind, name).not.toMatch(/reused/);
            // Of two requests that asked for different things, only one is done.
            const bodies = new Set(done.map((call) => call.body));
            expect(bodies.size, name).toBeLessThanOrEqual(1);
            const isDone = done.includes(first);
            for (const call of all) {
              const isAnother = call.body !== first.body && call.called < first.answered;
              if (isAnother && isDone) expect(call.outcome.kind, name).toMatch(/reused|unknown_outcome/);
            }
          }
          // Keys remember what was done, and nothing else.
          for (const { outcome } of store.keyRows.values()) expect(outcome).toContain('"kind":"order_placed"');
        },
      ),
      { numRuns: 600 },
    );
    for (const path of ['placed true', 'placed false', 'insufficient_stock', 'unknown_outcome', 'order_id_reused'])
      expect(seen).toContain(path);
    expect(seen).toContain('idempotency_key_reused');
  });
});

interface Told {
  readonly name: string;
  readonly body: string;
  readonly called: number;
  readonly answered: number;
  readonly outcome: Answer['outcome'];
  readonly replayed: boolean;
}

type Step = { readonly name: string; readonly body: string; readonly by: string; readonly waits: boolean } | 'receive';

/**
 * A name is an order id for some requests and a key for others, and each kind has its own. `a` asks for one unit of A,
 * `b` for two.
 */
async function interleave(s: fc.Scheduler, steps: readonly Step[], ends: readonly Fate[], residentsMax: number) {
  const store = new MemoryStore();
  const alarms = new Set<() => void>();
  const turn = (label: string) => s.schedule(Promise.resolve(), label);
  store.gate = gateOf(store, ends, turn);
  const keeper = new Keeper({
    store,
    lists: store,
    clock: () => AT,
    random: () => 0,
    pause: () => turn('pause'),
    schedule: (run) => void turn('tick').then(run),
    alarm: (_ms, ring) => {
      alarms.add(ring);
      return () => alarms.delete(ring);
    },
    limits: { residentsMax, batchEntriesMax: 3, attemptsMax: 4 },
  });
  const calls: Told[] = [];
  let [now, unanswered, placesMost] = [0, 0, 0];
  const look = () => {
    const names = keeper.waiting
      .of('A')
      .map(({ orderId, names }) => names.find(({ kind }) => kind === 'keys')?.id ?? `order ${orderId}`);
    for (const name of names) placesMost = Math.max(placesMost, names.filter((other) => other === name).length);
  };
  void keeper.ask(create('A', 0));
  await s.waitIdle();
  for (const [n, one] of steps.entries()) {
    void turn('arrive').then(async () => {
      if (one === 'receive') return void keeper.ask(receive('A', 1)).finally(look);
      const { name, body, by, waits } = one;
      const lines = { A: body === 'a' ? 1 : 2 };
      const command =
        by === 'order' ? waiting(place(name, lines), waits ? 30 : 0) : made(`made-${n}`, lines, waits ? 30 : 0);
      const called = now++;
      unanswered++;
      const { outcome, replayed } = await keeper.ask(command, by === 'order' ? null : key(name, body));
      look();
      calls.push({ name: `${by} ${name}`, body, called, answered: now++, outcome, replayed });
      unanswered--;
    });
  }
  await s.waitIdle();
  look();
  // Every request that still waits has waited long enough.
  for (let rings = 0; alarms.size > 0 && rings < 50; rings++) {
    for (const ring of [...alarms]) ring();
    await s.waitIdle();
  }
  return { calls, unanswered, placesMost, store };
}
