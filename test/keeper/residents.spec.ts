import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/journal/journal.ts';
import { Residents } from '../../src/keeper/residents.ts';
import { NOTHING } from '../support/nothing.ts';

function memory(max: number, rows: Record<string, string> = {}) {
  const loads: string[] = [];
  const residents: Residents<string> = new Residents(max, async (resident) => {
    loads.push(resident.id);
    residents.loaded(resident, rows[resident.id] ?? null);
  });
  return { residents, loads };
}

const entry = (state: Entry['state']): Entry => ({
  facts: NOTHING,
  writes: [],
  standsOn: [],
  alone: false,
  state,
  settled: Promise.resolve('durable'),
});

describe('a resident asked for twice while it loads', () => {
  it('is loaded once and has one owner', async () => {
    const { residents, loads } = memory(9, { a: 'A' });
    const [first, second] = [residents.pin('a'), residents.pin('a')];
    expect(first).toBe(second);
    await first.loading;
    expect(loads).toEqual(['a']);
    expect(first).toMatchObject({ state: 'present', owner: 'A', pins: 2 });
  });
});

describe('an id that does not exist', () => {
  it('is known to be absent while someone holds it, and fills no memory afterwards', async () => {
    const { residents } = memory(9);
    const resident = residents.pin('none');
    await resident.loading;
    expect(resident.state).toBe('absent');
    expect(residents.pin('none')).toBe(resident);
    residents.unpin(resident);
    expect(residents.size).toBe(1);
    residents.unpin(resident);
    expect(residents.size).toBe(0);
    expect(resident.state).toBe('gone');
  });
});

describe('memory that is full', () => {
  const rows = { a: 'A', b: 'B', c: 'C' };

  it('lets the least recently used go', async () => {
    const { residents } = memory(2, rows);
    for (const id of ['a', 'b', 'a', 'c']) {
      const resident = residents.pin(id);
      await resident.loading;
      residents.unpin(resident);
    }
    expect(residents.size).toBe(2);
    const again = residents.pin('a');
    expect(again.state).toBe('present');
  });

  it('keeps who is pinned and who has something on its way to the database', async () => {
    const { residents } = memory(1, rows);
    const pinned = residents.pin('a');
    await pinned.loading;
    const busy = residents.pin('b');
    await busy.loading;
    busy.lastEntry = entry('committing');
    residents.unpin(busy);
    const third = residents.pin('c');
    await third.loading;
    expect([pinned.state, busy.state]).toEqual(['present', 'present']);
    residents.unpin(third);
    busy.lastEntry = null;
    residents.unpin(pinned);
    residents.pin('d');
    expect([pinned.state, busy.state, third.state]).toEqual(['gone', 'gone', 'gone']);
  });
});

describe('a resident that was thrown away', () => {
  it('is gone for whoever holds it, and read again by the next', async () => {
    const { residents, loads } = memory(9, { a: 'A' });
    const lost = residents.pin('a');
    await lost.loading;
    residents.evict(lost);
    const next = residents.pin('a');
    await next.loading;
    expect(lost.state).toBe('gone');
    expect(next).toMatchObject({ state: 'present', owner: 'A' });
    residents.unpin(lost);
    expect(residents.pin('a')).toBe(next);
    expect(loads).toEqual(['a', 'a']);
  });

  it('is not brought back by a load that comes too late', async () => {
    let finish = () => {};
    const residents: Residents<string> = new Residents(9, async (resident) => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      residents.loaded(resident, 'A');
    });
    const resident = residents.pin('a');
    const { loading } = resident;
    residents.evict(resident);
    finish();
    await loading;
    expect(resident.state).toBe('gone');
    expect(residents.size).toBe(0);
  });
});

describe('a pin given back once too often', () => {
  it('is a bug', async () => {
    const { residents } = memory(9, { a: 'A' });
    const resident = residents.pin('a');
    await resident.loading;
    residents.unpin(resident);
    expect(() => residents.unpin(resident)).toThrow('unpinned once for each pin');
  });
});
