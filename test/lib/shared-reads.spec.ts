import { describe, expect, it } from 'vitest';
import { SharedReads } from '../../src/lib/shared-reads.ts';
import { TurnedAway } from '../../src/lib/turnstile.ts';
import { isSettled, quiet } from '../support/shop.ts';

/** Readings that end by hand; each answers how many had begun with it. */
function byHand() {
  const begun: { readonly key: string; readonly end: (error?: Error) => void }[] = [];
  const of = (key: string) => () =>
    new Promise<string>((resolve, reject) => {
      const answer = `${key} ${begun.length + 1}`;
      begun.push({ key, end: (error) => (error === undefined ? resolve(answer) : reject(error)) });
    });
  const end = async (nth: number, error?: Error) => {
    begun[nth]?.end(error);
    await quiet();
  };
  return { begun, of, end };
}

const LIMITS = { waitingMax: 2, waitMs: 60_000 };

describe('reads that are shared', () => {
  it('law: cost a crowd two readings, and serve nobody with one that began before it asked', async () => {
    const { begun, of, end } = byHand();
    const reads = new SharedReads<string>(LIMITS);
    const first = reads.read('a', of('a'));
    const crowd = Array.from({ length: 100 }, () => reads.read('a', of('a')));
    expect(begun).toHaveLength(1);
    await end(0);
    expect(await first).toBe('a 1');
    expect(begun).toHaveLength(2);
    const late = reads.read('a', of('a'));
    await end(1);
    expect(new Set(await Promise.all(crowd))).toEqual(new Set(['a 2']));
    expect(await isSettled(late)).toBe(false);
    await end(2);
    expect(await late).toBe('a 3');
  });

  it('go one after another when they are of different things', async () => {
    const { begun, of, end } = byHand();
    const reads = new SharedReads<string>(LIMITS);
    const all = ['a', 'b', 'c'].map((key) => reads.read(key, of(key)));
    for (const nth of [0, 1, 2]) {
      expect(begun.map(({ key }) => key)).toEqual(['a', 'b', 'c'].slice(0, nth + 1));
      await end(nth);
    }
    expect(await Promise.all(all)).toEqual(['a 1', 'b 2', 'c 3']);
  });

  it('fail all who share them, and nobody after', async () => {
    const { of, end } = byHand();
    const reads = new SharedReads<string>(LIMITS);
    const first = reads.read('a', of('a'));
    const shared = [reads.read('a', of('a')), reads.read('a', of('a'))];
    const failed = Promise.allSettled(shared);
    await end(0);
    await first;
    await end(1, new Error('down'));
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const after = reads.read('a', of('a'));
    await end(2);
    expect(await after).toBe('a 3');
  });

  it('turn away who would wait behind too many others, and forget it', async () => {
    const { begun, of, end } = byHand();
    const reads = new SharedReads<string>(LIMITS);
    const taken = ['a', 'b', 'c'].map((key) => reads.read(key, of(key)));
    await expect(reads.read('d', of('d'))).rejects.toThrow(TurnedAway);
    for (const nth of [0, 1, 2]) await end(nth);
    await Promise.all(taken);
    const again = reads.read('d', of('d'));
    await end(3);
    expect(await again).toBe('d 4');
    expect(begun).toHaveLength(4);
  });
});
