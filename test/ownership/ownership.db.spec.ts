/** Who owns a PostgreSQL database: one at a time, handed on when the owner goes, is cut off or is ended. */

import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectDatabase, openDatabase } from '../../src/db/open.ts';
import { SqlStore } from '../../src/journal/sql-store.ts';
import { type Observation, unobserved } from '../../src/lib/observe.ts';
import { Ownership } from '../../src/ownership/ownership.ts';
import { facts, opened } from '../journal/facts.ts';
import { openEmbedded } from '../support/embedded.ts';
import { NOTHING_WANTED } from '../support/nothing.ts';
import { freshDatabase } from '../support/postgres.ts';
import { Wire } from '../support/proxy.ts';
import { SqlSession } from '../support/sql.ts';

const PATIENCE = { timeout: 120_000, interval: 5 };

/** A candidate for the database at `url`, and what it has been: `lost` and `taken`, in their order. */
async function candidate(url: string) {
  const database = await openDatabase({ url });
  const seen: Observation[] = [];
  const told: string[] = [];
  const ownership = new Ownership({ database, observe: (observation) => seen.push(observation) });
  ownership.follow({ lost: () => told.push('lost'), taken: () => told.push('taken') });
  onTestFinished(async () => {
    await ownership.close();
    await database.close();
  });
  return { database, ownership, seen, told, store: new SqlStore(database, ownership, unobserved) };
}

async function ground() {
  const { url, drop } = await freshDatabase();
  onTestFinished(drop);
  const sql = await SqlSession.open(url);
  onTestFinished(() => sql[Symbol.asyncDispose]());
  const endSessions = (where: string) =>
    sql.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and ${where}`);
  return { url, sql, endSessions };
}

const owns = (ownership: Ownership) => {
  try {
    return ownership.epoch.number;
  } catch {
    return null;
  }
};

const taken = (seen: readonly Observation[]) => seen.filter((observation) => observation.kind === 'ownership_taken');

describe('candidates for one database', () => {
  it('are one owner and standbys, also when they come at once', async () => {
    const { url } = await ground();
    const all = await Promise.all([candidate(url), candidate(url), candidate(url)]);
    await Promise.all(all.map(({ ownership }) => ownership.start()));
    expect(all.map(({ ownership }) => ownership.role).sort()).toEqual(['owner', 'standby', 'standby']);
    for (const { ownership } of all) {
      if (ownership.role === 'owner') expect(owns(ownership)).toBe(1);
      else await expect(ownership.certain()).rejects.toThrow('another process owns the database');
    }
  });

  it('follow each other at once when the owner lets go', async () => {
    const { url } = await ground();
    const [first, second] = [await candidate(url), await candidate(url)];
    await first.ownership.start();
    await second.ownership.start();
    await first.ownership.close();
    await vi.waitFor(() => expect(owns(second.ownership)).toBe(2), PATIENCE);
    expect(taken(second.seen)).toMatchObject([{ epoch: 2, outlasted: false }]);
    expect(await first.store.commit([facts([opened('A')])])).toEqual({ kind: 'lost' });
    expect(await second.store.commit([facts([opened('A')])])).toEqual({ kind: 'committed' });
  });
});

describe('an owner whose session with the lock is ended by the server', () => {
  it('gets it back when nobody else wants it, and believes nothing of what it had in memory', async () => {
    const { url, endSessions } = await ground();
    const { ownership, told, seen, store } = await candidate(url);
    await ownership.start();
    expect(told).toEqual(['lost', 'taken']);
    const before = ownership.epoch;
    await endSessions(`application_name = 'stock-keeper-owner'`);
    await vi.waitFor(() => expect(owns(ownership)).toBe(2), PATIENCE);
    expect(told).toEqual(['lost', 'taken', 'lost', 'lost', 'taken']);
    // Nobody is outlasted but others.
    expect(taken(seen)).toMatchObject([{ outlasted: false }, { outlasted: false }]);
    // What a late batch of the epoch before has found is known.
    ownership.deposed(before);
    expect(owns(ownership)).toBe(2);
    await ownership.certain();
    expect(await store.commit([facts([opened('A')])])).toEqual({ kind: 'committed' });
  });
});

describe('an owner whose epoch has ended without its doing', () => {
  it.each(['by its own questions', 'by a batch'])('finds out %s, and begins another', async (how) => {
    const { url, sql } = await ground();
    const { ownership, told, store } = await candidate(url);
    await ownership.start();
    await sql.query('update epochs set ended_at = now()');
    if (how === 'by a batch') expect(await store.commit([facts([opened('A')])])).toEqual({ kind: 'lost' });
    await vi.waitFor(() => expect(owns(ownership)).toBe(2), PATIENCE);
    expect(told.slice(2)).toEqual(['lost', 'lost', 'taken']);
    expect(await store.commit([facts([opened('A')])])).toEqual({ kind: 'committed' });
  });
});

describe('the owner of an embedded database whose epoch has ended without its doing', () => {
  it('begins another', async () => {
    const database = await openEmbedded();
    const ownership = new Ownership({ database, observe: unobserved });
    const store = new SqlStore(database, ownership, unobserved);
    await ownership.start();
    await database.query('update epochs set ended_at = now()', []);
    expect(await store.commit([facts([opened('A')])])).toEqual({ kind: 'lost' });
    await vi.waitFor(() => expect(owns(ownership)).toBe(2), PATIENCE);
    expect(ownership.certain()).toBeNull();
    expect(await store.commit([facts([opened('A')])])).toEqual({ kind: 'committed' });
    await ownership.close();
    await database.close();
  });
});

describe('an owner that is cut off without a word', () => {
  it('is not certain any more when another takes over, and commits nothing', async () => {
    const { url } = await ground();
    const wire = await Wire.open(url);
    const [cutOff, next] = [await candidate(wire.url), await candidate(url)];
    await cutOff.ownership.start();
    await next.ownership.start();
    await cutOff.ownership.certain();
    expect(cutOff.ownership.certain()).toBeNull();
    wire.blackHole();
    const atTakeover = Promise.withResolvers<boolean>();
    next.ownership.follow({ lost: () => {}, taken: () => atTakeover.resolve(cutOff.ownership.certain() === null) });
    expect(await atTakeover.promise).toBe(false);
    wire.heal();
    expect(await cutOff.store.commit([facts([opened('A')])])).not.toEqual({ kind: 'committed' });
    await vi.waitFor(() => expect(cutOff.ownership.role).toBe('standby'), PATIENCE);
    expect((await next.store.load({ ...NOTHING_WANTED, skus: ['A'] })).skus).toEqual([]);
    await wire[Symbol.asyncDispose]();
  });

  // Red with: the certainty of the owner before not outlasted.
  it('is outlasted, also when the server ends its session long before it can know', async () => {
    const { url, endSessions } = await ground();
    const wire = await Wire.open(url);
    const [cutOff, next] = [await candidate(wire.url), await candidate(url)];
    await cutOff.ownership.start();
    await cutOff.ownership.certain();
    const pid = await lockHolder(url);
    await next.ownership.start();
    const atTakeover = Promise.withResolvers<boolean>();
    next.ownership.follow({ lost: () => {}, taken: () => atTakeover.resolve(cutOff.ownership.certain() === null) });
    wire.blackHole();
    await endSessions(`pid = ${pid}`);
    expect(await atTakeover.promise).toBe(false);
    expect(taken(next.seen)).toMatchObject([{ outlasted: true }]);
    await wire[Symbol.asyncDispose]();
  });
});

/** The backend that holds the lock. */
async function lockHolder(url: string): Promise<number> {
  await using sql = await SqlSession.open(url);
  return await sql.value(`select pid from pg_locks where locktype = 'advisory' and granted limit 1`);
}

describe('a standby whose wire goes dead while it takes over', () => {
  // Red with: what began waited for without end.
  it('tries again on another', async () => {
    const { url } = await ground();
    const owner = await candidate(url);
    await owner.ownership.start();
    const wire = await Wire.open(url);
    const database = await connectDatabase({ url: wire.url });
    const cutOff = Promise.withResolvers<void>();
    const prepare = async () => {
      wire.blackHole();
      cutOff.resolve();
      await database.query('select 1', []);
    };
    const standby = new Ownership({ database, observe: unobserved, prepare });
    onTestFinished(async () => {
      await standby.close();
      await database.close();
      await wire[Symbol.asyncDispose]();
    });
    await standby.start();
    await database.query('select 1', []);
    await owner.ownership.close();
    await cutOff.promise;
    const tried = vi.spyOn(database, 'openLockSession' as never);
    // What is connected stays dead, what connects anew is whole: once the dead connections have been noticed.
    setTimeout(() => wire.heal(), 500);
    await vi.waitFor(() => expect(tried).toHaveBeenCalled(), { timeout: 120_000, interval: 50 });
  });
});

describe('a candidate that cannot have the database', () => {
  it('fails to start when the server is gone', async () => {
    const { url } = await ground();
    const { ownership, database } = await candidate(url);
    const gone = { ...database, openLockSession: () => Promise.reject(new Error('no server')) };
    const refused = new Ownership({ database: gone, observe: unobserved });
    await expect(refused.start()).rejects.toThrow('no server');
    await expect(refused.failed).rejects.toThrow('no server');
    await refused.close();
    await ownership.close();
  });

  // Red with: a standby for as long as nobody can tell; whoever waits for certainty forgotten by the close.
  it('is no standby any more while the database cannot be asked, and those who wait for certainty hear why', async () => {
    const { url, endSessions } = await ground();
    const first = await candidate(url);
    await first.ownership.start();
    const database = await connectDatabase({ url });
    const isGone = { now: false };
    const openLockSession = () => {
      if (isGone.now || database.openLockSession === null) throw new Error('no server');
      return database.openLockSession();
    };
    const second = new Ownership({ database: { ...database, openLockSession }, observe: unobserved });
    onTestFinished(() => database.close());
    await second.start();
    expect(second.role).toBe('standby');
    isGone.now = true;
    await endSessions(`application_name = 'stock-keeper-owner'`);
    await vi.waitFor(() => expect(second.role).toBe('owner'), PATIENCE);
    await expect(second.certain()).rejects.toThrow('no server');
    const waits = second.certain();
    await Promise.all([expect(waits).rejects.toThrow('does not own the database now'), second.close()]);
  });

  it('gives up for good, as a standby, when what it would have to own is beyond it', async () => {
    const { url } = await ground();
    const first = await candidate(url);
    await first.ownership.start();
    const database = await connectDatabase({ url });
    const beyond = new Error('beyond me');
    const second = new Ownership({
      database,
      observe: unobserved,
      prepare: () => Promise.reject(beyond),
      isFatal: (error) => error === beyond,
    });
    await second.start();
    expect(second.role).toBe('standby');
    await first.ownership.close();
    await expect(second.failed).rejects.toThrow('beyond me');
    await second.close();
    await database.close();
  });
});
