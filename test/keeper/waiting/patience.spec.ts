/** How one request waits for stock: its place in the line, what it asks for, and what wakes it. */
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../src/journal/journal.ts';
import { Patience } from '../../../src/keeper/waiting/patience.ts';
import { WaitingLine } from '../../../src/keeper/waiting/waiting-line.ts';
import type { Command } from '../../../src/shop/commands.ts';
import type { Idempotency } from '../../../src/shop/idempotency.ts';
import type { LineRequest } from '../../../src/shop/orders/order.ts';
import type { Answer } from '../../../src/shop/outcome.ts';
import { checkout, place } from '../../support/commands.ts';
import { NOTHING } from '../../support/nothing.ts';
import { AT, quiet } from '../../support/shop.ts';

/** A line in which requests take places. `time.now` is the clock, and alarms are rung by hand. */
function aLine(limits = { waitersMax: 9, waitingLinesMax: 9 }) {
  const line = new WaitingLine(limits);
  const time = { now: AT };
  const alarms = new Map<number, () => void>();
  const alarm = (ms: number, ring: () => void) => {
    alarms.set(ms, ring);
    return () => alarms.delete(ms);
  };
  const patienceOf = (command: Command, idempotency: Idempotency | null = null, wasSeen = false) =>
    new Patience(line, command, idempotency, { clock: () => time.now, alarm }, wasSeen);
  return { line, time, alarms, patienceOf };
}

const shortOf = (...skuIds: readonly string[]) => ({
  kind: 'insufficient_stock' as const,
  shortages: skuIds.map((skuId) => ({ skuId, requested: 2, available: 0, version: 1 })),
});

/** What a turn asked for. */
const units = (bySku: Readonly<Record<string, number>>): LineRequest[] =>
  Object.entries(bySku).map(([skuId, quantity]) => ({ skuId, quantity }));

/** Another client asks for the request. Returns how it hangs up; what it hears goes to `heard`. */
function attend(patience: Patience, waitMs: number, heard: (Answer | string)[] = []): () => void {
  const client = new AbortController();
  patience.attend(waitMs, client.signal, {
    hear: (what) => heard.push(what.kind === 'again' ? 'again' : what.answer),
    fail: () => {},
  });
  return () => client.abort();
}

const entry = (state: Entry['state']): Entry => ({
  facts: NOTHING,
  writes: [],
  standsOn: [],
  alone: false,
  state,
  settled: Promise.resolve('durable'),
});

describe('a request that is refused for lack of stock', () => {
  it('waits when somebody who asks has time, and is refused when nobody has', () => {
    const { line, patienceOf } = aLine();
    const patience = patienceOf(place('o', { A: 2 }));
    attend(patience, 0);
    expect(patience.wait(shortOf('A'), units({ A: 2 }), [])).toBe('refused');
    expect([patience.isSeen, patience.isDropped, line.size, patience.end()]).toEqual([false, false, 0, []]);
    attend(patience, 50);
    expect(patience.wait(shortOf('A'), units({ A: 2 }), [])).toBe('waits');
    expect([patience.isSeen, patience.isDropped, line.size, patience.end()]).toEqual([true, false, 1, ['A']]);
    expect(line.size).toBe(0);
  });

  it('that nobody can ask for again is not dropped for want of askers, and served without a place', () => {
    const { line, patienceOf } = aLine();
    const patience = patienceOf(place('o', { A: 2 }));
    expect(patience.isDropped).toBe(false);
    patience.served(units({ A: 2 }), entry('committing'));
    expect([line.size, patience.isSeen, patience.end()]).toEqual([0, false, []]);
    // A request that waited before has been seen.
    expect(patienceOf(place('o', { A: 2 }), null, true).isSeen).toBe(true);
  });

  it('takes no place in a line that is full, and keeps the one that it has', () => {
    const { line, patienceOf } = aLine({ waitersMax: 1, waitingLinesMax: 9 });
    const [first, second] = ['o', 'p'].map((id) => patienceOf(place(id, { A: 2 })));
    for (const patience of [first, second]) if (patience !== undefined) attend(patience, 50);
    expect(first?.wait(shortOf('A'), units({ A: 2 }), [])).toBe('waits');
    expect(second?.wait(shortOf('A'), units({ A: 2 }), [])).toBe('line_full');
    expect(second?.isSeen).toBe(false);
    line.wakeAll('again');
    expect(first?.wait(shortOf('A'), units({ A: 2 }), [])).toBe('waits');
  });

  it('may not wait when the line is closed, and hears so where it would be full', () => {
    const { line, patienceOf } = aLine({ waitersMax: 0, waitingLinesMax: 9 });
    const patience = patienceOf(place('o', { A: 2 }));
    attend(patience, 50);
    line.close();
    expect(patience.wait(shortOf('A'), units({ A: 2 }), [])).toBe('line_closed');
  });

  it('tells those without time what it was refused with', () => {
    const { patienceOf } = aLine();
    const patience = patienceOf(place('o', { A: 2 }));
    const heard: (Answer | string)[] = [];
    attend(patience, 50);
    attend(patience, 0, heard);
    patience.wait(shortOf('A'), units({ A: 2 }), []);
    expect(heard).toEqual([{ outcome: shortOf('A'), replayed: false }]);
  });
});

describe('its place in the line', () => {
  it('says who waits, for what, since when and until when', () => {
    const { line, time, patienceOf } = aLine();
    const key = { key: 'k', fingerprint: 'f' };
    const two = { skuId: 'A', quantity: 2 };
    const lines = [two, { skuId: 'B', quantity: 1 }, two];
    const placement = { ...place('o', {}), lines, customerId: 'ann' };
    const patience = patienceOf(placement, key);
    attend(patience, 50);
    attend(patience, 70);
    time.now += 5;
    patience.wait(shortOf('A'), lines, []);
    expect(line.of('A')).toMatchObject([
      {
        orderId: 'o',
        customerId: 'ann',
        names: [
          { kind: 'orders', id: 'o', isNew: false },
          { kind: 'keys', id: 'k' },
        ],
        since: AT + 5,
        until: AT + 75,
        needs: new Map([
          ['A', 4],
          ['B', 1],
        ]),
        shortOf: new Set(['A']),
      },
    ]);
  });

  it('lasts as long as the longest of those who ask, and no less when one comes who waits less', () => {
    const { line, time, patienceOf } = aLine();
    const patience = patienceOf(place('o', { A: 2 }));
    attend(patience, 50);
    patience.wait(shortOf('A'), units({ A: 2 }), []);
    time.now += 10;
    attend(patience, 30);
    expect(line.firstUntil).toBe(AT + 50);
    attend(patience, 60);
    expect(line.firstUntil).toBe(AT + 70);
    // Another turn that refuses it changes nothing about its wait.
    line.wakeAll('again');
    patience.wait(shortOf('A'), units({ A: 2 }), []);
    expect(line.of('A')).toMatchObject([{ since: AT, until: AT + 70 }]);
  });

  it('of a checkout is that of its cart, and it asks for what its turn asked for, and for less after another', () => {
    const { line, patienceOf } = aLine();
    const patience = patienceOf(checkout('c', 'o'));
    const other = patienceOf(checkout('c', 'p'));
    attend(patience, 50);
    patience.wait(shortOf('A'), units({ A: 2 }), []);
    expect(line.of('A')).toMatchObject([
      {
        customerId: null,
        names: [
          { kind: 'carts', id: 'c' },
          { kind: 'orders', id: 'o' },
        ],
      },
    ]);
    expect([patience.ahead('A'), other.ahead('A')]).toEqual([0, 2]);
    line.wakeAll('again');
    patience.wait(shortOf('A'), units({ A: 1 }), []);
    expect(other.ahead('A')).toBe(1);
  });

  it('keeps nothing from those behind once it is served, as long as that may become durable', () => {
    const { line, patienceOf } = aLine();
    const [patience, other] = [patienceOf(place('o', { A: 2 })), patienceOf(place('p', { A: 1 }))];
    attend(patience, 50);
    patience.wait(shortOf('A'), units({ A: 2 }), []);
    const served = entry('committing');
    line.wakeAll('again');
    patience.served(units({ A: 2 }), served);
    expect(other.ahead('A')).toBe(0);
    served.state = 'lost';
    expect(other.ahead('A')).toBe(2);
  });

  it.each<[string, Entry['state'], readonly string[]]>([
    ['nobody who was served: they were told of it in its turn', 'durable', []],
    ['all behind it when what served it is lost', 'lost', ['A', 'B']],
  ])('that is given up concerns %s', (_whom, state, skuIds) => {
    const { line, patienceOf } = aLine();
    const asked = units({ A: 2, B: 1 });
    const patience = patienceOf(place('o', { A: 2, B: 1 }));
    attend(patience, 50);
    patience.wait(shortOf('A'), asked, []);
    line.wakeAll('again');
    patience.served(asked, entry(state));
    expect(patience.end()).toEqual(skuIds);
    expect(line.size).toBe(0);
  });
});

describe('it is woken', () => {
  /** It waits, and another one waits behind it for the same SKU. */
  const waiting = () => {
    const { line, alarms, patienceOf } = aLine();
    const [patience, behind] = [patienceOf(place('o', { A: 2 })), patienceOf(place('p', { A: 1 }))];
    const leave = attend(patience, 50);
    attend(behind, 60);
    patience.wait(shortOf('A'), units({ A: 2 }), []);
    behind.wait(shortOf('A'), units({ A: 1 }), []);
    const woken: string[] = [];
    void patience.woken().then((why) => woken.push(why));
    void behind.woken().then((why) => woken.push(`behind ${why}`));
    return { line, alarms, patience, leave, woken };
  };

  it('when there is stock, and when the line is closed, and hears why', async () => {
    const { line, patience, woken } = waiting();
    line.stir('A', 2);
    await quiet();
    expect(woken).toEqual(['again']);
    expect(patience.isDropped).toBe(false);
    line.close();
    await quiet();
    expect(woken).toEqual(['again', 'behind closing']);
  });

  it('when the time of one is up, and keeps its place', async () => {
    const { line, alarms, woken } = waiting();
    alarms.get(50)?.();
    await quiet();
    expect(woken).toEqual(['again']);
    expect(line.size).toBe(2);
  });

  it('when one of two is gone, to be decided for the other', async () => {
    const { patience, leave, woken } = waiting();
    attend(patience, 40);
    leave();
    await quiet();
    expect(woken).toEqual(['again']);
    expect(patience.isDropped).toBe(false);
  });

  it('when all are gone, to be dropped', async () => {
    const { patience, leave, woken } = waiting();
    leave();
    await quiet();
    expect(woken).toEqual(['dropped']);
    expect(patience.isDropped).toBe(true);
  });

  // Red with: those behind it made to wait until the request that is gone has had its turn.
  it('and finds that all are gone meanwhile: its place is given up at once', async () => {
    const { line, leave, woken } = waiting();
    line.stir('A', 2);
    leave();
    expect(line.size).toBe(1);
    await quiet();
    expect(woken.toSorted()).toEqual(['behind again', 'dropped']);
  });
});
