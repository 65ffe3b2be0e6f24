/** How residents leave memory: which of them are loading, busy or under way at that moment, and what is read again. */
import { describe, expect, it } from 'vitest';
import type { Entry, Verdict } from '../../../src/journal/journal.ts';
import { type Resident, Residents } from '../../../src/keeper/memory/residents.ts';
import { Bug } from '../../../src/lib/assert.ts';
import { NOTHING } from '../../support/nothing.ts';
import { quiet } from '../../support/shop.ts';

/** Loads are ended by hand, with `found`. */
function memory(max = 9) {
  const loads: {
    readonly id: string;
    readonly resident: Resident<string>;
    readonly end: PromiseWithResolvers<void>;
  }[] = [];
  const room = { max, bytesMax: 1000, bytesOf: (owner: string) => owner.length };
  const residents: Residents<string> = new Residents(room, (resident) => {
    const end = Promise.withResolvers<void>();
    loads.push({ id: resident.id, resident, end });
    return end.promise;
  });
  const found = (owner: string | null = 'owner') => {
    const { resident, end } = loads.at(-1) ?? expect.unreachable();
    residents.loaded(resident, owner);
    end.resolve();
  };
  /** Brings it into memory; nothing holds it then. */
  const bring = (id: string) => {
    const resident = residents.pin(id);
    if (resident.state === 'loading') found();
    residents.unpin(resident);
    return resident;
  };
  const loaded = () => loads.map(({ id }) => id);
  return { residents, loads, found, bring, loaded };
}

function entryOf(state: Entry['state'] = 'committing') {
  const { promise, resolve } = Promise.withResolvers<Verdict>();
  const entry: Entry = { facts: NOTHING, writes: [], standsOn: [], alone: false, state, settled: promise };
  const settle = async () => {
    entry.state = 'durable';
    resolve('durable');
    await quiet();
  };
  return { entry, settle };
}

describe('one that is thrown away with an entry under way', () => {
  // Red with: a row read while a decision made in memory was on its way to that row.
  it.each(['waiting', 'committing'] as const)(
    'is read again when that is settled, and not before: %s',
    async (state) => {
      const { residents, bring, loaded, found } = memory();
      const { entry, settle } = entryOf(state);
      bring('a').lastEntry = entry;
      residents.evictAll();
      const next = residents.pin('a');
      await quiet();
      expect([loaded(), next.state]).toEqual([['a'], 'loading']);
      residents.pin('b');
      expect(loaded()).toEqual(['a', 'b']);
      await settle();
      expect(loaded()).toEqual(['a', 'b', 'a']);
      found();
      await next.loading;
      expect(next.state).toBe('present');
      // It no longer has anything under way.
      residents.evict(next);
      residents.pin('a');
      expect(loaded()).toEqual(['a', 'b', 'a', 'a']);
    },
  );

  it.each(['durable', 'lost', 'displaced', 'unknown'] as const)(
    'is read again at once when it is settled: %s',
    (state) => {
      const { residents, bring, loaded } = memory();
      const resident = bring('a');
      resident.lastEntry = entryOf(state).entry;
      residents.evict(resident);
      residents.pin('a');
      expect(loaded()).toEqual(['a', 'a']);
    },
  );

  it('waits for the later of two, and for it alone', async () => {
    const { residents, bring, loaded } = memory();
    const [first, second] = [entryOf(), entryOf()];
    for (const { entry } of [first, second]) {
      const resident = residents.pinAbsent('a');
      residents.create(resident, 'owner');
      resident.lastEntry = entry;
      residents.evict(resident);
    }
    await first.settle();
    residents.pin('a');
    await quiet();
    expect(loaded()).toEqual([]);
    await second.settle();
    expect(loaded()).toEqual(['a']);
    bring('b');
  });
});

describe('one that was thrown away before', () => {
  it('takes nobody else with it when it is thrown away again', () => {
    const { residents, bring } = memory();
    const old = bring('a');
    residents.evict(old);
    const next = bring('a');
    residents.evict(old);
    expect(residents.find('a')).toBe(next);
    expect([residents.size, residents.bytes, residents.peek('a')]).toEqual([1, 5, 'owner']);
    expect([residents.find('b'), residents.peek('b')]).toEqual([null, null]);
  });

  it('is not met on the way to room', () => {
    const { residents, bring } = memory(2);
    for (let i = 0; i < 20; i++) residents.evict(bring(`gone${i}`));
    for (const id of ['a', 'b', 'c']) bring(id);
    expect([residents.size, residents.peek('a')]).toEqual([2, null]);
  });
});

describe('the way to room', () => {
  it('passes by who is held, to one that is idle', () => {
    const { residents, bring, found } = memory(2);
    const held = residents.pin('held');
    found();
    bring('idle');
    bring('next');
    expect([held.state, residents.find('idle'), residents.size]).toEqual(['present', null, 2]);
  });

  it('begins with who was used least recently, not with who came first', () => {
    const { residents, bring, loaded } = memory(2);
    for (const id of ['a', 'b', 'a', 'c', 'a']) bring(id);
    expect(loaded()).toEqual(['a', 'b', 'c']);
    expect(residents.find('b')).toBeNull();
  });

  it('passes by who is loading, though nobody holds it any more', () => {
    const { residents, bring, loads } = memory(1);
    const loading = residents.pin('a');
    residents.unpin(loading);
    bring('b');
    expect(loading.state).toBe('loading');
    const [first] = loads;
    residents.loaded(loading, 'owner');
    first?.end.resolve();
    expect(residents.peek('a')).toBe('owner');
  });
});

describe('a load that nobody waits for', () => {
  it('fills no memory with what does not exist, and counts what does', () => {
    const { residents, found } = memory();
    for (const owner of [null, 'owner']) {
      const resident = residents.pin('a');
      residents.unpin(resident);
      found(owner);
      expect([residents.size, residents.bytes]).toEqual(owner === null ? [0, 0] : [1, 5]);
    }
  });

  it('may fail, and is no fault', async () => {
    const { residents, loads } = memory();
    const unhandled: unknown[] = [];
    const listen = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', listen);
    residents.pin('a');
    loads[0]?.end.reject(new Error('wire'));
    await quiet();
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });
});

describe('what a turn does', () => {
  it('is possible of what is there, or is known not to be', () => {
    const { residents, bring } = memory();
    const present = bring('a');
    expect(() => residents.create(present, 'again')).toThrow(Bug);
    expect(() => residents.pinAbsent('a')).toThrow(Bug);
    const absent = residents.pinAbsent('b');
    expect(() => residents.remove(absent)).toThrow(Bug);
    residents.create(absent, 'made');
    expect([absent.state, absent.owner]).toEqual(['present', 'made']);
    residents.remove(absent);
    expect([absent.state, absent.owner]).toEqual(['absent', null]);
    residents.unpin(absent);
    expect([residents.find('b'), residents.bytes]).toEqual([null, 5]);
  });
});
