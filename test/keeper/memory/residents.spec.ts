import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../src/journal/journal.ts';
import { Residents } from '../../../src/keeper/memory/residents.ts';
import { NOTHING } from '../../support/nothing.ts';

/** A character is a byte. */
const bytesOf = (owner: string) => owner.length;

function memory(max: number, rows: Record<string, string> = {}, bytesMax = 1e6) {
  const loads: string[] = [];
  const residents: Residents<string> = new Residents({ max, bytesMax, bytesOf }, async (resident) => {
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
    const { residents, loads } = memory(2, rows);
    for (const id of ['a', 'b', 'a', 'c']) {
      const resident = residents.pin(id);
      await resident.loading;
      residents.unpin(resident);
    }
    expect(residents.size).toBe(2);
    residents.pin('a');
    expect(loads).toEqual(['a', 'b', 'c']);
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

describe('memory that is full of bytes', () => {
  it('lets as many of the least recently used go as make room for one that is large', async () => {
    const rows = { a: 'A', b: 'B', c: 'C', large: 'x'.repeat(9) };
    const { residents } = memory(100, rows, 10);
    for (const id of ['a', 'b', 'c', 'large']) {
      const resident = residents.pin(id);
      await resident.loading;
      residents.unpin(resident);
    }
    expect(['a', 'b', 'c', 'large'].map((id) => residents.peek(id)?.length ?? null)).toEqual([null, null, 1, 9]);
    expect(residents.bytes).toBe(10);
  });

  it('law: holds no more than may be, whoever comes, goes, grows or is lost; more only while it is held', async () => {
    const step = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      act: fc.constantFrom('pin', 'unpin', 'grow', 'lose'),
      size: fc.integer({ min: 0, max: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const residents: Residents<string> = new Residents({ max: 4, bytesMax: 20, bytesOf }, async (resident) =>
          residents.loaded(resident, 'x'.repeat(5)),
        );
        const held: ReturnType<typeof residents.pin>[] = [];
        for (const { id, act, size } of steps) {
          const mine = held.find((resident) => resident.id === id);
          if (act === 'pin') {
            const resident = residents.pin(id);
            await resident.loading;
            held.push(resident);
          } else if (mine !== undefined && act === 'unpin') {
            held.splice(held.indexOf(mine), 1);
            residents.unpin(mine);
          } else if (mine?.state === 'present' && act === 'grow') mine.owner = 'x'.repeat(size);
          else if (mine !== undefined && act === 'lose') residents.evict(mine);
          if (held.length > 0) continue;
          const owners = ['a', 'b', 'c', 'd', 'e', 'f'].map((one) => residents.peek(one) ?? '');
          expect(residents.bytes).toBe(owners.join('').length);
          expect(residents.bytes).toBeLessThanOrEqual(20);
          expect(residents.size).toBeLessThanOrEqual(4);
        }
        for (const resident of held) residents.unpin(resident);
        residents.evictAll();
        expect([residents.bytes, residents.size]).toEqual([0, 0]);
      }),
      { numRuns: 300 },
    );
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
    const residents: Residents<string> = new Residents({ max: 9, bytesMax: 9, bytesOf }, async (resident) => {
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
