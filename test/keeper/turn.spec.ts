/** What a turn leaves behind: its facts, whom it wrote, and whom it saw, on whose entries its answer rests. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Memory } from '../../src/keeper/memory/memory.ts';
import type { Pins } from '../../src/keeper/memory/pins.ts';
import type { Turn } from '../../src/keeper/turn.ts';
import type { Fact } from '../../src/shop/facts.ts';
import { KIND_NAMES, type KindName, type Row } from '../../src/shop/kind-names.ts';
import { KINDS, type Kind, type Owner } from '../../src/shop/kinds.ts';
import { NOTHING } from '../support/nothing.ts';
import { entry, IDS, LINE, STORED, turnByHand } from './turn-by-hand.ts';

let memory: Memory;
let pins: Pins;
let turn: Turn;
beforeEach(async () => {
  ({ memory, pins, turn } = await turnByHand());
});

/** A row as the turn finds it. */
function found<K extends KindName>(kind: K, id: string): Row<K> | null {
  const owner = turn.see(kind, id);
  const { rowOf }: Kind<Row<K>, Owner<K>> = KINDS[kind];
  return owner === null ? null : rowOf(owner);
}

/** That the row of this id is now as it is stored, and more. */
function becomes<K extends KindName>(kind: K, id: string, basis: number | null): Fact<K> {
  const row: Row<K> = { ...STORED[kind], [kind === 'keys' ? 'key' : 'id']: id, version: 9 };
  return { id, basis, row, isWhole: true };
}

describe('a turn that only looks', () => {
  it.each(KIND_NAMES)('finds what is there of %s, and nothing where nothing is', (kind) => {
    expect([found(kind, IDS[kind]), found(kind, 'new')]).toEqual([STORED[kind], null]);
    expect([turn.hasFacts, turn.facts, turn.wrote]).toEqual([false, NOTHING, []]);
  });

  it('knows what a customer has, and what those ahead ask for', () => {
    expect([turn.standing('ann', 'A'), turn.ahead('A')]).toEqual([3, 9]);
  });

  // Red with: an answer given before what it was read from is durable.
  it.each(KIND_NAMES)('rests on what it sees of %s has under way, there or not, once', (kind) => {
    for (const id of [IDS[kind], 'new']) {
      const underWay = entry();
      const before = turn.restsOn();
      turn.see(kind, id);
      expect(turn.restsOn()).toEqual(before);
      pins.resident(kind, id).lastEntry = underWay;
      turn.see(kind, id);
      expect(turn.restsOn()).toEqual([...before, underWay]);
    }
    expect(turn.hasFacts).toBe(false);
  });

  // Red with: lines picked from a cart whose change was lost.
  it('keeps lines for later turns, until something is lost that it had seen by then', () => {
    const underWay = entry();
    const later = entry();
    pins.resident('carts', 'c').lastEntry = underWay;
    expect([turn.recall(), turn.asked]).toEqual([null, null]);
    turn.see('carts', 'c');
    turn.keep([LINE]);
    pins.resident('skus', 'A').lastEntry = later;
    turn.see('skus', 'A');
    for (const [state, kept] of [
      ['committing', [LINE]],
      ['durable', [LINE]],
      ['lost', null],
      ['displaced', null],
      ['unknown', null],
      ['waiting', [LINE]],
    ] as const) {
      underWay.state = state;
      later.state = 'lost';
      expect(turn.recall()).toEqual(kept);
    }
    turn.asks([LINE]);
    expect(turn.asked).toEqual([LINE]);
  });
});

describe('a turn that writes', () => {
  it.each(KIND_NAMES)('has a row of %s in memory where none was', (kind) => {
    const fact = becomes(kind, 'new', null);
    turn.write(kind, fact);
    expect(found(kind, 'new')).toBe(fact.row);
    expect(pins.resident(kind, 'new').state).toBe('present');
    expect([turn.hasFacts, turn.facts]).toEqual([true, { ...NOTHING, [kind]: [fact] }]);
  });

  it.each(KIND_NAMES)('has another row of %s in the place of the one that was there', (kind) => {
    const fact = becomes(kind, IDS[kind], 2);
    turn.write(kind, fact);
    expect(found(kind, IDS[kind])).toBe(fact.row);
    expect([turn.hasFacts, turn.facts]).toEqual([true, { ...NOTHING, [kind]: [fact] }]);
  });

  // Red with: an actor beside the one that was told.
  it.each(KIND_NAMES)('leaves the owner of %s who says the same already', (kind) => {
    const owner = turn.see(kind, IDS[kind]);
    const row = found(kind, IDS[kind]);
    turn.write(kind, { ...becomes(kind, IDS[kind], 2), row });
    expect(turn.see(kind, IDS[kind])).toBe(owner);
    expect(turn.facts[kind]).toMatchObject([{ row }]);
  });

  it.each(KIND_NAMES)('has no row of %s in memory that it made an end of', (kind) => {
    const fact = { ...becomes(kind, IDS[kind], 2), row: null };
    turn.write(kind, fact);
    expect([found(kind, IDS[kind]), pins.resident(kind, IDS[kind]).state]).toEqual([null, 'absent']);
    expect(turn.facts).toEqual({ ...NOTHING, [kind]: [fact] });
  });

  it('keeps the facts of each kind in their order, and names whom it wrote each time', () => {
    const [first, second] = [becomes('skus', 'A', 7), becomes('skus', 'new', null)];
    const [changed, ended] = [becomes('carts', 'c', 5), { ...becomes('carts', 'c', 9), row: null }];
    turn.write('skus', first);
    turn.write('carts', changed);
    turn.write('skus', second);
    turn.write('carts', ended);
    expect(turn.facts).toEqual({ ...NOTHING, skus: [first, second], carts: [changed, ended] });
    const cart = pins.resident('carts', 'c');
    expect(turn.wrote).toEqual([pins.resident('skus', 'A'), cart, pins.resident('skus', 'new'), cart]);
  });

  it('leaves the facts of another turn alone', async () => {
    turn.write('skus', becomes('skus', 'A', 7));
    const other = await turnByHand();
    expect(other.turn.facts).toEqual(NOTHING);
    other.turn.write('skus', becomes('skus', 'new', null));
    expect(turn.facts.skus).toMatchObject([{ id: 'A' }]);
  });

  it.each(KIND_NAMES)('rests on what it wrote of %s', (kind) => {
    const underWay = entry();
    pins.resident(kind, IDS[kind]).lastEntry = underWay;
    turn.write(kind, becomes(kind, IDS[kind], 2));
    expect(turn.saw).toContain(pins.resident(kind, IDS[kind]));
    expect(turn.restsOn()).toEqual([underWay]);
  });

  it('counts what of a SKU goes into the order of a customer, and out of it', () => {
    turn.countStanding('ann', 'A', 2);
    turn.countStanding('ann', 'A', -4);
    expect(turn.standing('ann', 'A')).toBe(1);
  });

  it('counts nothing of a SKU that is of nobody, or of another', () => {
    turn.countStanding(null, 'A', 2);
    turn.countStanding('bob', 'A', 2);
    turn.countStanding('ann', 'new', 2);
    expect(turn.standing('ann', 'A')).toBe(3);
    expect(memory.standings.peek('["ann","A"]')?.units).toBe(3);
  });
});
