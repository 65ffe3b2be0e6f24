/**
 * The checks of the laws are themselves tested. They find nothing in a sound history, and each one speaks when its law
 * is broken.
 */
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAWS } from '../../src/audit/laws.ts';
import { CART_BREAKS } from './broken-cart-laws.ts';
import { type Breaks, SKU_BREAKS, SOUND, TABLES } from './broken-laws.ts';
import { ORDER_BREAKS } from './broken-order-laws.ts';
import { checkLaws, type Query } from './laws.ts';

const DATABASE_BREAKS: Breaks = {
  database_has_one_identity: [
    { by: 'an identity lost', sql: 'delete from database_identity', names: /has 0 identities/ },
    { by: 'a second one', sql: `insert into database_identity values ('b')`, names: /has 2 identities/ },
  ],
};

const BREAKS = { ...SKU_BREAKS, ...ORDER_BREAKS, ...CART_BREAKS, ...DATABASE_BREAKS };

describe('the laws, asked of a database', () => {
  let db: PGlite;
  const query: Query = async (sql) => (await db.query<Record<string, unknown>>(sql)).rows;

  beforeAll(async () => {
    db = await PGlite.create();
    await db.exec(TABLES + SOUND);
  });
  afterAll(() => db.close());

  /** What one law finds after `sql` has changed the sound history. The change is undone again. */
  async function foundAfter(sql: string, law: string): Promise<string[]> {
    await db.exec(`begin; ${sql}`);
    try {
      return await checkLaws(
        query,
        LAWS.filter(({ name }) => name === law),
      );
    } finally {
      await db.exec('rollback');
    }
  }

  it('finds nothing in a sound history', async () => {
    expect(await checkLaws(query)).toEqual([]);
  });

  it('has a way to break every law', () => {
    expect(Object.keys(BREAKS)).toEqual(LAWS.map((law) => law.name));
  });

  for (const [law, breaks] of Object.entries(BREAKS)) {
    for (const { by, sql, names } of breaks) {
      it(`${law} speaks of ${by}`, async () => {
        const found = await foundAfter(sql, law);
        for (const violation of found) expect(violation.startsWith(`${law}: `)).toBe(true);
        expect(found.join('\n')).toMatch(names);
      });
    }
  }

  it('stops naming after 20 violations of one law', async () => {
    const found = await foundAfter(
      `insert into orders select 'empty' || n, 'pending' from generate_series(1, 30) n`,
      'all_lines_or_none',
    );
    expect(found).toHaveLength(21);
    expect(found.at(-1)).toBe('all_lines_or_none: and more');
  });
});
