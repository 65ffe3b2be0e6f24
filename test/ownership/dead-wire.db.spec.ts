/** The store and the lists on a wire that goes dead, with deadlines short enough to wait for, and long enough for what is alive on a busy machine. */

import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { SqlStore } from '../../src/journal/sql-store.ts';
import type { Observation } from '../../src/lib/observe.ts';
import { createLists } from '../../src/reads/lists.ts';
import { facts, opened } from '../journal/facts.ts';
import { NOTHING_WANTED } from '../support/nothing.ts';
import { freshDatabase } from '../support/postgres.ts';
import { Wire } from '../support/proxy.ts';
import { reignOver } from '../support/reign.ts';

const DEADLINE_MS = 2000;
const DEADLINES = { readMs: DEADLINE_MS, commitMs: DEADLINE_MS, settleMs: DEADLINE_MS, pingMs: DEADLINE_MS };

async function open() {
  const fresh = await freshDatabase();
  const wire = await Wire.open(fresh.url);
  // The server gives up a transaction of which it hears nothing sooner than a settle gives up waiting for its lock.
  const database = await openDatabase({ url: wire.url }, { silentTransactionMs: 300, connectTimeoutMs: 2000 });
  const direct = await openDatabase({ url: fresh.url });
  const seen: Observation[] = [];
  onTestFinished(async () => {
    await Promise.all([database.close(), direct.close()]);
    await wire[Symbol.asyncDispose]();
    await fresh.drop();
  });
  const reign = await reignOver(database);
  return { wire, database, direct, seen, reign, store: new SqlStore(database, reign, (o) => seen.push(o), DEADLINES) };
}

/** A SKU opened by one turn. */
const turn = (id: string) => facts([opened(id)]);

const wanted = (...skus: string[]) => ({ ...NOTHING_WANTED, skus });

/** What the work answers once it does not reject any more. */
async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

describe('a wire that goes dead under lists', () => {
  // Red with: lists without a deadline. Ten of them hold the whole pool, and nobody cuts them off.
  it('is cut at the deadline, and the pool serves again', async () => {
    const { wire, database, store } = await open();
    const lists = createLists(database, DEADLINE_MS);
    await Promise.all(Array.from({ length: 10 }, () => database.query('select pg_sleep(0.2)', [])));
    const dead = wire.atCommit('swallow');
    const lost = store.commit([turn('A')]);
    await dead;
    const hung = Array.from({ length: 12 }, () => lists.skus({ after: null, limit: 1 }));
    const outcomes = await Promise.allSettled(hung);
    expect(outcomes.map(({ status }) => status)).toEqual(Array(12).fill('rejected'));
    await lost;
    wire.heal();
    expect(await eventually(() => lists.skus({ after: null, limit: 1 }))).toEqual({ items: [], next: null });
    await eventually(() => store.ping());
  });
});

describe('a COMMIT that nobody answers', () => {
  // Red with: a load, or a commit, that does not settle first.
  it.each(['load', 'commit'] as const)('is unknown at the deadline, and settled before the next %s', async (call) => {
    const { wire, store, seen } = await open();
    await store.commit([turn('A')]);
    const dead = wire.atCommit('swallow');
    const lost = store.commit([turn('B')]);
    await dead;
    expect(await lost).toMatchObject({ kind: 'unknown' });
    expect(await store.load(wanted('A')).catch(() => 'rejected')).toBe('rejected');
    expect(seen).toEqual([]);
    wire.heal();
    if (call === 'load') {
      expect((await eventually(() => store.load(wanted('A', 'B')))).skus.map(({ id }) => id)).toEqual(['A']);
    } else {
      await eventually(async () => expect(await store.commit([turn('B')])).toEqual({ kind: 'committed' }));
    }
    expect(seen).toEqual([{ kind: 'commit_settled', committed: false }]);
  });

  it('stays unknown when the row that would tell is gone, and holds nothing up', async () => {
    const { wire, direct, store, seen, reign } = await open();
    await store.commit([turn('A')]);
    const cut = wire.atCommit('swallow');
    const lost = store.commit([turn('B')]);
    await cut;
    expect(await lost).toMatchObject({ kind: 'unknown' });
    wire.heal();
    await eventually(async () => {
      await direct.query('delete from epochs', []);
    });
    await eventually(() => store.load(wanted('A')));
    expect(seen).toEqual([{ kind: 'commit_settled', committed: null }]);
    expect(await store.commit([turn('B')])).toEqual({ kind: 'lost' });
    await reign.again();
    expect(await store.commit([turn('B')])).toEqual({ kind: 'committed' });
  });
});

describe('an epoch that has ended, or whose row is not as it was left', () => {
  // Red with: its count not looked at.
  it.each([
    'update epochs set batch = 7',
    'update epochs set ended_at = now()',
    'update epochs set owner = gen_random_uuid()',
    'delete from epochs',
  ])('loses the batch, and all others until another epoch begins: %s', async (meddle) => {
    const { direct, store, reign } = await open();
    await store.commit([turn('A')]);
    await direct.query(meddle, []);
    expect(await store.commit([turn('B')])).toEqual({ kind: 'lost' });
    expect(await store.commit([turn('B')])).toEqual({ kind: 'lost' });
    expect((await store.load(wanted('B'))).skus).toEqual([]);
    await reign.again();
    expect(await store.commit([turn('B')])).toEqual({ kind: 'committed' });
  });
});
