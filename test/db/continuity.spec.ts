/** Whether a database is still the same, told from what its sessions answer. */
import { describe, expect, it } from 'vitest';
import { Continuity, DatabaseLost, type Query } from '../../src/db/continuity.ts';

/** A session of a database with an identity, of one with tables of an older build (`unnamed`), or of an empty one. */
function sessionOf(database: string | 'unnamed' | 'empty'): Query {
  const named = database !== 'unnamed' && database !== 'empty';
  return async (sql) => {
    if (sql.includes('to_regclass')) return [{ named, tables: database !== 'empty' }] as never;
    if (!named) throw Object.assign(new Error('relation does not exist'), { code: '42P01' });
    return [{ id: database }] as never;
  };
}

describe('a database', () => {
  it.each([
    ['the same again', ['A', 'A', 'A'], false],
    ['one that a start has just filled', ['empty', 'empty', 'A', 'A'], false],
    ['one of an older build, which a start brings up', ['unnamed', 'unnamed', 'A', 'A'], false],
    ['another one', ['A', 'B'], true],
    ['an empty one', ['A', 'empty'], true],
    ['one of an older build, or an older dump without an identity', ['A', 'unnamed'], true],
    ['an empty one in the place of one of an older build', ['unnamed', 'empty'], true],
  ] as const)('is %s: %j, so lost is %s', async (_, databases, isLost) => {
    const continuity = new Continuity();
    const told: unknown[] = [];
    continuity.onLost((error) => told.push(error));
    for (const database of databases.slice(0, -1)) await continuity.ask(sessionOf(database));
    const last = continuity.ask(sessionOf(databases.at(-1) ?? ''));
    if (isLost) await expect(last).rejects.toThrow(DatabaseLost);
    else await last;
    expect(told).toHaveLength(isLost ? 1 : 0);
    expect(continuity.lost).toBe(told[0] ?? null);
  });

  it('that is lost stays lost, also when it comes back, and says what to do', async () => {
    const continuity = new Continuity();
    await continuity.ask(sessionOf('A'));
    await expect(continuity.ask(sessionOf('empty'))).rejects.toThrow(/database is empty.*identity A.*restore.*start/);
    await expect(continuity.ask(sessionOf('A'))).rejects.toThrow(/database is empty/);
    const late: unknown[] = [];
    continuity.onLost((error) => late.push(error));
    expect(late).toEqual([continuity.lost]);
  });

  it('that cannot be asked is not lost', async () => {
    const continuity = new Continuity();
    await continuity.ask(sessionOf('A'));
    const broken: Query = () => Promise.reject(new Error('the wire is cut'));
    await expect(continuity.ask(broken)).rejects.toThrow('the wire is cut');
    expect(continuity.lost).toBeNull();
    await continuity.ask(sessionOf('A'));
  });
});
