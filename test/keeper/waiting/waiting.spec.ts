/** Waiting for stock: which request is served, in which order, and what ends a wait. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Keeper } from '../../../src/keeper/keeper.ts';
import type { KeeperLimits } from '../../../src/keeper/limits.ts';
import type { Outcome } from '../../../src/shop/outcome.ts';
import { available } from '../../../src/shop/skus/sku.ts';
import { cancel, create, place, receive } from '../../support/commands.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { ABORTED, AT, commitsByHand, quiet, release } from '../../support/shop.ts';

/** A keeper whose alarms are rung by hand, with SKUs that have no stock. */
async function soldOut(limits: Partial<KeeperLimits> = {}, ...skuIds: readonly string[]) {
  const store = new MemoryStore();
  const alarms = new Set<() => void>();
  /** What happens between two attempts of a command. */
  const rest = { pause: async () => {} };
  const keeper = new Keeper({
    store,
    lists: store,
    limits,
    clock: () => AT,
    pause: () => rest.pause(),
    alarm: (_ms, ring) => {
      alarms.add(ring);
      return () => alarms.delete(ring);
    },
  });
  for (const id of skuIds.length === 0 ? ['A'] : skuIds) await keeper.ask(create(id, 0));
  const answers: [string, string][] = [];
  const leave = new Map<string, () => void>();
  /** Asks for stock and waits. The answers go to `answers`, in their order. */
  const wait = async (orderId: string, lines: Readonly<Record<string, number>>, key: string | null = null) => {
    const gone = new AbortController();
    leave.set(orderId, () => gone.abort());
    const idempotency = key === null ? null : { key, fingerprint: 'f' };
    void keeper
      .ask({ ...place(orderId, lines), waitSeconds: 30 }, idempotency, gone.signal)
      .then(({ outcome }) => answers.push([orderId, outcome.kind]));
    await quiet();
  };
  const ask = async (command: Parameters<Keeper['ask']>[0]): Promise<Outcome> => {
    const { outcome } = await keeper.ask(command);
    await quiet();
    return outcome;
  };
  const ringAll = async () => {
    for (const ring of [...alarms]) ring();
    await quiet();
  };
  const isPlaced = (orderId: string) => answers.some(([id, kind]) => id === orderId && kind === 'order_placed');
  return {
    store,
    keeper,
    rest,
    alarms,
    answers,
    wait,
    ask,
    ringAll,
    isPlaced,
    drop: (id: string) => leave.get(id)?.(),
  };
}

describe('a placement that may wait', () => {
  it('is served when stock comes, in the order of arrival, and each once', async () => {
    const { wait, ask, answers, keeper, alarms } = await soldOut();
    for (const id of ['1', '2', '3']) await wait(id, { A: 1 });
    expect(answers).toEqual([]);
    expect(keeper.waiting.of('A').map(({ orderId }) => orderId)).toEqual(['1', '2', '3']);
    expect(keeper.load).toMatchObject({ commands: 0, waiting: 3 });
    await ask(receive('A', 1));
    expect(answers).toEqual([['1', 'order_placed']]);
    await ask(cancel('1'));
    await ask(cancel('2'));
    expect(answers).toEqual(['1', '2', '3'].map((id) => [id, 'order_placed']));
    expect(keeper.load.waiting).toBe(0);
    expect(alarms.size).toBe(0);
  });

  it.each([
    ['a receipt', receive('A', 1)],
    ['a stocktake', { kind: 'adjust', skuId: 'A', by: { onHand: 9 }, reason: 'found', ifVersion: null }],
    ['a change of policy', { kind: 'change_sku', skuId: 'A', changes: { backorderLimit: 1 }, ifVersion: null }],
  ] as const)('is woken by %s', async (_name, command) => {
    const { wait, ask, isPlaced } = await soldOut();
    await wait('o', { A: 1 });
    await ask(command);
    expect(isPlaced('o')).toBe(true);
  });

  it.each([
    ['a cancel', cancel('held')],
    ['a reduced line', { kind: 'reduce', orderId: 'held', skuId: 'A', quantity: 0 }],
  ] as const)('is woken by %s', async (_name, command) => {
    const { wait, ask, isPlaced } = await soldOut();
    await ask(receive('A', 1));
    await ask(place('held', { A: 1 }));
    await wait('o', { A: 1 });
    await ask(command);
    expect(isPlaced('o')).toBe(true);
  });

  it('is woken by a return that goes back on the shelf', async () => {
    const { wait, ask, isPlaced } = await soldOut();
    await ask(receive('A', 1));
    await ask({ ...place('held', { A: 1 }), payment: 'cash_on_delivery' });
    await ask({ kind: 'ship', orderId: 'held' });
    await wait('o', { A: 1 });
    await ask({ kind: 'return', orderId: 'held', lines: [{ skuId: 'A', quantity: 1 }], restock: true });
    expect(isPlaced('o')).toBe(true);
  });

  it('gets all its lines or none, and keeps no more from others than it asks for', async () => {
    const { wait, ask, answers, isPlaced } = await soldOut({}, 'A', 'B');
    await ask(receive('A', 10));
    await wait('both', { A: 2, B: 1 });
    // The request that waits for B leaves eight of ten.
    expect((await ask(place('eight', { A: 8 }))).kind).toBe('order_placed');
    expect(await ask(place('nine', { A: 1 }))).toEqual({
      kind: 'insufficient_stock',
      shortages: [{ skuId: 'A', requested: 1, available: 2, ahead: 2, version: 2 }],
    });
    expect(answers).toEqual([]);
    await ask(receive('B', 1));
    expect(isPlaced('both')).toBe(true);
  });

  it('is not starved by small ones that come later, whether they wait or not', async () => {
    const { wait, ask, answers } = await soldOut();
    await wait('large', { A: 3 });
    await wait('small', { A: 1 });
    await ask(receive('A', 2));
    expect((await ask(place('smaller', { A: 1 }))).kind).toBe('insufficient_stock');
    expect(answers).toEqual([]);
    await ask(receive('A', 1));
    expect(answers).toEqual([['large', 'order_placed']]);
    await ask(receive('A', 1));
    expect(answers.at(-1)).toEqual(['small', 'order_placed']);
  });

  it('is refused with what there is when its time is up, and leaves what it kept to those behind', async () => {
    const { wait, ask, answers, alarms } = await soldOut();
    await wait('large', { A: 3 });
    await wait('small', { A: 1 });
    await ask(receive('A', 1));
    expect(answers).toEqual([]);
    const [first] = alarms;
    first?.();
    await quiet();
    expect(answers).toEqual([
      ['large', 'insufficient_stock'],
      ['small', 'order_placed'],
    ]);
  });

  // Red with: the signal not checked in the turn.
  it('never reserves once its client is gone, and those behind it move up', async () => {
    const { wait, ask, answers, drop, store } = await soldOut();
    await wait('gone', { A: 1 });
    await wait('behind', { A: 1 });
    drop('gone');
    await quiet();
    await ask(receive('A', 1));
    expect(answers.find(([id]) => id === 'behind')).toEqual(['behind', 'order_placed']);
    expect([...store.orderRows.keys()]).toEqual(['behind']);
  });

  it('woken and dropped in one breath reserves nothing', async () => {
    const { wait, keeper, drop, store } = await soldOut();
    await wait('gone', { A: 1 });
    const received = keeper.ask(receive('A', 1));
    drop('gone');
    await received;
    await quiet();
    expect(store.orderRows.size).toBe(0);
    expect(keeper.load.waiting).toBe(0);
  });

  it('is sent away when the keeper closes, and nothing is left waiting', async () => {
    const { wait, keeper, answers, alarms } = await soldOut();
    await wait('o', { A: 1 });
    await keeper.close();
    await quiet();
    expect(answers).toEqual([['o', 'closing']]);
    expect(alarms.size).toBe(0);
  });

  it('is sent away when it is awake as the keeper closes, and not told that its time is up', async () => {
    const { wait, keeper, answers } = await soldOut();
    await wait('1', { A: 1 });
    // The SKU is read again.
    keeper.startOver();
    await keeper.close();
    await quiet();
    expect(answers).toEqual([['1', 'closing']]);
  });

  it.each([
    ['too many wait', { waitersMax: 1 }],
    ['they wait for too many lines together', { waitingLinesMax: 2 }],
  ])('finds the line full when %s, until one has left', async (_when, limits) => {
    const { wait, answers, ringAll, keeper } = await soldOut(limits, 'A', 'B');
    await wait('1', { A: 1, B: 1 });
    await wait('2', { A: 1 });
    expect(answers).toEqual([['2', 'waiting_line_full']]);
    await ringAll();
    await wait('3', { A: 1 });
    expect(keeper.waiting.forOrder('3')).not.toBeNull();
  });

  it('gone while it is on its way to its turn holds up nobody', async () => {
    const { wait, ask, keeper, store, rest, drop, isPlaced } = await soldOut({}, 'A', 'B');
    await ask(receive('B', 1));
    await wait('gone', { A: 1, B: 1 });
    await wait('behind', { B: 1 });
    const goOn = Promise.withResolvers<void>();
    const next = commitsByHand(store);
    const received = keeper.ask(receive('A', 1));
    await next();
    await received;
    // The entry that served it is lost, and it rests before it is decided again.
    rest.pause = () => goOn.promise;
    await next(ABORTED);
    release(store);
    drop('gone');
    await quiet();
    expect(isPlaced('behind')).toBe(true);
    goOn.resolve();
    await quiet();
    expect([...store.orderRows.keys()]).toEqual(['behind']);
  });

  it('keeps its place when the commit that served it is lost', async () => {
    const { wait, ask, answers, store, keeper } = await soldOut();
    await wait('1', { A: 1 });
    await wait('2', { A: 1 });
    const next = commitsByHand(store);
    const received = keeper.ask(receive('A', 1));
    await next();
    await received;
    // It was served in memory, and that is now lost.
    await next(ABORTED);
    release(store);
    await next().catch(() => {});
    await quiet();
    expect(answers).toEqual([['1', 'order_placed']]);
    await ask(receive('A', 1));
    expect(answers.at(-1)).toEqual(['2', 'order_placed']);
  });

  it('keeps its place when memory is started over, and finds what another writer brought', async () => {
    const { wait, ask, answers, store, keeper } = await soldOut();
    await wait('1', { A: 1 });
    await wait('2', { A: 1 });
    const stored = store.skuRows.get('A');
    if (stored === undefined) throw new Error('A is stored');
    const after = { ...stored, onHand: 1, version: 1 };
    store.skuRows.set('A', after);
    store.ledger.push({
      ...{ skuId: 'A', version: 1, kind: 'received', quantity: 1, onHand: 1, reserved: 0, sales: 0 },
      ...{ orderId: null, reason: null, reference: null, restocked: null, at: AT },
    });
    keeper.startOver();
    await quiet();
    expect(answers).toEqual([['1', 'order_placed']]);
    await ask(receive('A', 1));
    expect(answers.at(-1)).toEqual(['2', 'order_placed']);
  });

  it('shows its place', async () => {
    const { wait, keeper } = await soldOut({}, 'A', 'B');
    await wait('1', { A: 1 });
    await wait('2', { A: 2, B: 1 });
    expect(keeper.waiting.forOrder('2')).toMatchObject({ orderId: '2', since: AT, until: AT + 30_000 });
    expect(keeper.waiting.of('A').map(({ orderId }) => orderId)).toEqual(['1', '2']);
    expect(keeper.waiting.forOrder('3')).toBeNull();
  });
});

describe('a checkout that waits', () => {
  const checkout = { kind: 'checkout', cartId: 'c', orderId: 'o', payment: 'online', customerId: null } as const;
  const terms = { freight: 0, expiresInSeconds: 900, fingerprint: 'f', waitSeconds: 30 } as const;
  const put = (skuId: string, quantity: number) =>
    ({ kind: 'put_line', cartId: 'c', skuId, quantity, selected: null }) as const;

  it('buys what was selected when it was asked for, and leaves what was added meanwhile', async () => {
    const { ask, keeper, store } = await soldOut({}, 'A', 'B');
    await ask(put('A', 2));
    const bought = keeper.ask({ ...checkout, ...terms });
    await quiet();
    await ask(put('A', 5));
    await ask(put('B', 1));
    await ask(receive('A', 2));
    expect((await bought).outcome).toMatchObject({
      kind: 'order_placed',
      order: { lines: [{ skuId: 'A', quantity: 2 }] },
    });
    expect(store.cartRows.get('c')?.lines).toEqual([
      { skuId: 'A', quantity: 3, selected: true },
      { skuId: 'B', quantity: 1, selected: true },
    ]);
  });

  // Red with: a waiter that stands only in the lines of what it first asked for.
  it('stands in the line of what it picks anew, for the cart that it saw never came to be', async () => {
    const { ask, keeper, store, rest } = await soldOut({}, 'A', 'B');
    await ask(put('A', 1));
    await ask(put('B', 1));
    const next = commitsByHand(store);
    const removed = keeper.ask({ kind: 'remove_line', cartId: 'c', skuId: 'B' });
    await quiet();
    const bought = keeper.ask({ ...checkout, ...terms });
    await quiet();
    expect(keeper.waiting.of('B')).toEqual([]);
    const goOn = Promise.withResolvers<void>();
    rest.pause = () => goOn.promise;
    await next(ABORTED);
    release(store);
    await ask(receive('A', 1));
    expect(keeper.waiting.of('B')).toMatchObject([{ orderId: 'o' }]);
    await ask(receive('B', 1));
    expect((await bought).outcome).toMatchObject({ kind: 'order_placed', order: { lines: [{}, {}] } });
    goOn.resolve();
    await removed;
  });

  it('does not buy what was taken out meanwhile', async () => {
    const { ask, keeper } = await soldOut();
    await ask(put('A', 2));
    const bought = keeper.ask({ ...checkout, ...terms });
    await quiet();
    await ask({ kind: 'remove_line', cartId: 'c', skuId: 'A' });
    await ask(receive('A', 2));
    expect((await bought).outcome.kind).toBe('nothing_selected');
  });
});

describe('any crowd', () => {
  const sku = fc.constantFrom('A', 'B');
  const lines = fc.dictionary(sku, fc.integer({ min: 1, max: 4 }), { minKeys: 1, maxKeys: 2 });
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), lines }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('place' as const), lines }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('receive' as const),
        skuId: sku,
        quantity: fc.integer({ min: 1, max: 5 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('cancel' as const), at: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), at: fc.nat(30) }) },
  );

  /**
   * The rule, stated again. Going through the line in the order of arrival, a request is served if all its lines fit
   * into what is there less what those ahead of it ask for. No other request is.
   */
  // Red with: a newcomer that does not look at those ahead; those behind not stirred when one leaves; waking only the
  // head of the line.
  it('law: is served by the rule, at each step: nobody overtaken, nobody left waiting who could be served', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { wait, ask, keeper, answers, drop, ringAll } = await soldOut({}, 'A', 'B');
        const free = new Map([
          ['A', 0],
          ['B', 0],
        ]);
        const line: { id: string; lines: Readonly<Record<string, number>> }[] = [];
        const held: { id: string; lines: Readonly<Record<string, number>> }[] = [];
        const all: string[] = [];
        const move = (of: Readonly<Record<string, number>>, sign: 1 | -1) => {
          for (const [id, quantity] of Object.entries(of)) free.set(id, (free.get(id) ?? 0) + sign * quantity);
        };
        const ahead = (skuId: string, until: number) =>
          line.slice(0, until).reduce((sum, one) => sum + (one.lines[skuId] ?? 0), 0);
        const fits = (of: Readonly<Record<string, number>>, until: number) =>
          Object.entries(of).every(([id, quantity]) => quantity <= (free.get(id) ?? 0) - ahead(id, until));
        const serve = () => {
          for (let at = 0; at < line.length; ) {
            const one = line[at];
            if (one !== undefined && fits(one.lines, at)) {
              line.splice(at, 1);
              move(one.lines, -1);
              held.push(one);
              at = 0;
            } else at++;
          }
        };
        let last = 0;
        for (const one of steps) {
          const id = `o${++last}`;
          if (one.kind === 'wait') {
            all.push(id);
            line.push({ id, lines: one.lines });
            serve();
            await wait(id, one.lines);
          } else if (one.kind === 'place') {
            const isTaken = fits(one.lines, line.length);
            if (isTaken) {
              move(one.lines, -1);
              held.push({ id, lines: one.lines });
            }
            expect((await ask(place(id, one.lines))).kind).toBe(isTaken ? 'order_placed' : 'insufficient_stock');
          } else if (one.kind === 'receive') {
            free.set(one.skuId, (free.get(one.skuId) ?? 0) + one.quantity);
            serve();
            await ask(receive(one.skuId, one.quantity));
          } else if (one.kind === 'cancel') {
            const [gone] = held.splice(one.at % Math.max(1, held.length), 1);
            if (gone === undefined) continue;
            move(gone.lines, 1);
            serve();
            await ask(cancel(gone.id));
          } else {
            const [gone] = line.splice(one.at % Math.max(1, line.length), 1);
            if (gone === undefined) continue;
            all.splice(all.indexOf(gone.id), 1);
            serve();
            drop(gone.id);
            await quiet();
          }
          const waiting = new Set(line.map((each) => each.id));
          const placed = answers.filter(([, kind]) => kind === 'order_placed').map(([name]) => name);
          expect(placed.toSorted()).toEqual(all.filter((each) => !waiting.has(each)).toSorted());
          for (const skuId of ['A', 'B']) {
            const { outcome } = await keeper.ask({ kind: 'read_sku', skuId });
            expect(outcome.kind === 'sku' && available(outcome.sku)).toBe(free.get(skuId));
            const inLine = keeper.waiting.of(skuId).map(({ orderId }) => orderId);
            expect(inLine).toEqual(line.filter((each) => each.lines[skuId] !== undefined).map((each) => each.id));
          }
        }
        await ringAll();
        expect(keeper.load).toMatchObject({ commands: 0, waiting: 0 });
      }),
      { numRuns: 60 },
    );
  });
});
