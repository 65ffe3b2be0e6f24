/** What an epoch remembers of its batches, beside a database that answers by hand. */
import { describe, expect, it } from 'vitest';
import { Continuity } from '../../src/db/continuity.ts';
import type { Database } from '../../src/db/database.ts';
import { Epoch } from '../../src/ownership/epoch.ts';

/** An epoch, number 7, whose row says that `written` is the last batch; `null`: the row is gone. `taken` are the batches that it is told to say. */
async function epochOf(written: () => Promise<number | null> | number | null, rows = [{ number: '7' }]) {
  const taken: unknown[][] = [];
  const query = async (sql: string, args: unknown[]) => {
    if (sql.startsWith('select batch')) {
      const batch = await written();
      return batch === null ? [] : [{ batch: String(batch) }];
    }
    if (sql.startsWith('with')) return rows;
    if (sql.includes('set batch')) taken.push(args);
    return sql.includes('returning owner') ? [{ owner: 'before' }, { owner: 'another' }] : [];
  };
  const em = { transactional: (work: (em: unknown) => unknown) => work(em) };
  return {
    ...(await Epoch.begin({ em: () => em, query, continuity: new Continuity() } as unknown as Database)),
    taken,
  };
}

describe('an epoch', () => {
  it('begins with its number and an owner of its own, and names whom it has ended', async () => {
    const { epoch, interrupted } = await epochOf(() => 0);
    expect(epoch).toMatchObject({ number: 7, nextBatch: 1 });
    expect(epoch.owner).not.toBe((await epochOf(() => 0)).epoch.owner);
    expect(interrupted).toEqual(['before', 'another']);
    await expect(epochOf(() => 0, [])).rejects.toThrow('the INSERT of an epoch answered with no row');
  });

  it.each([
    [[{ stands: true }], true],
    [[{ stands: false }], false],
    [[], false],
  ])('stands as its row says, and not without one: %o', async (rows, stands) => {
    const { epoch } = await epochOf(() => 0);
    const asked: unknown[] = [];
    const query = async <T>(_sql: string, args: readonly unknown[]) => {
      asked.push(args);
      return rows as T[];
    };
    epoch.committed(3);
    expect(await epoch.stands(query)).toBe(stands);
    expect(asked).toEqual([['7', epoch.owner, '3']]);
  });
});

describe('a batch that was sent and not answered', () => {
  it('was committed when the row says it, and the next is numbered behind it', async () => {
    const { epoch, taken } = await epochOf(() => 3);
    epoch.committed(2);
    expect(await epoch.settle(3)).toBe(true);
    expect(epoch.nextBatch).toBe(4);
    expect(taken).toEqual([]);
  });

  it('was not when the row says less, and never will be: its number is taken, and the next is behind that', async () => {
    const { epoch, taken } = await epochOf(() => 2);
    epoch.committed(2);
    expect(await epoch.settle(3)).toBe(false);
    expect(taken).toEqual([['7', epoch.owner, '4']]);
    expect(epoch.nextBatch).toBe(5);
  });

  it('was not when its number has been taken before', async () => {
    const { epoch, taken } = await epochOf(() => 4);
    expect(await epoch.settle(3)).toBe(false);
    expect(taken).toEqual([]);
    expect(epoch.nextBatch).toBe(5);
  });

  it.each([
    ['is gone', null],
    ['lacks a batch that was committed', 1],
  ])('can be told nothing of when the row %s', async (_what, written) => {
    const { epoch, taken } = await epochOf(() => written);
    epoch.committed(2);
    expect(await epoch.settle(3)).toBeNull();
    expect(epoch.nextBatch).toBe(3);
    expect(taken).toEqual([]);
  });

  // Red with: the last batch taken from whichever answer came last.
  it('and of which is heard late takes no later one back', async () => {
    const late = Promise.withResolvers<number>();
    const { epoch } = await epochOf(() => late.promise);
    epoch.committed(1);
    const settled = epoch.settle(1);
    epoch.committed(2);
    late.resolve(1);
    expect(await settled).toBe(true);
    expect(epoch.nextBatch).toBe(3);
  });
});
