/** Verifying a whole database, on both kinds: what is handed on, what is counted, and of which moment. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAWS } from '../../src/audit/laws.ts';
import { type Violation, verify } from '../../src/audit/verify.ts';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import { openEmbedded } from '../support/embedded.ts';
import { largeShop } from '../support/large-shop.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

const SKUS = 30;

describe.each(['PostgreSQL', 'PGlite'])('a shop on %s', (kind) => {
  let fresh: FreshDatabase | null = null;
  let database: Database;

  beforeAll(async () => {
    fresh = kind === 'PostgreSQL' ? await freshDatabase() : null;
    database = await (fresh === null ? openEmbedded() : openDatabase({ url: fresh.url }));
    for (const statement of largeShop(SKUS)) await database.query(statement, []);
  });
  afterAll(async () => {
    await database.close();
    await fresh?.drop();
  });

  it('holds every law, and is counted', async () => {
    const asked: string[] = [];
    const verified = await verify(database, { onLaw: (law, violations) => asked.push(`${law} ${violations}`) });
    expect(verified).toMatchObject({ skus: SKUS, orders: 3 * SKUS, movements: 10 * SKUS, carts: SKUS, total: 0 });
    expect(asked).toEqual(LAWS.flatMap(({ name }) => [`${name} null`, `${name} 0`]));
    expect(Object.keys(verified.violations)).toEqual(LAWS.map(({ name }) => name));
  });

  it('has as many violations named as were asked for, and all counted; nothing else is touched', async () => {
    await database.query('update skus set on_hand = on_hand + 1', []);
    await database.query(`update movements set on_hand = on_hand + 1 where version > 1`, []);
    const before = await database.query('select * from skus order by id', []);
    const found: Violation[] = [];
    let telling = 0;
    const verified = await verify(database, {
      violationsMax: 2,
      onViolation: async (violation) => {
        expect(telling++).toBe(0);
        await new Promise(setImmediate);
        telling--;
        found.push(violation);
      },
    });
    expect(verified.violations).toMatchObject({
      counters_are_replay: SKUS,
      movement_follows: 9 * SKUS,
      ledger_gapless: 0,
    });
    expect(verified.total).toBe(10 * SKUS);
    expect(found.map(({ law }) => law)).toEqual([
      'movement_follows',
      'movement_follows',
      'counters_are_replay',
      'counters_are_replay',
    ]);
    for (const { skuId, orderId, cartId, violation, remedy } of found) {
      expect(violation).toContain(`SKU ${skuId}: `);
      expect([orderId, cartId]).toEqual([null, null]);
      expect(remedy).toMatch(/--repair/);
    }
    expect(await database.query('select * from skus order by id', [])).toEqual(before);
    await database.query('update skus set on_hand = on_hand - 1', []);
    await database.query(`update movements set on_hand = on_hand - 1 where version > 1`, []);
  });

  it('names the order and the SKU of a violation', async () => {
    await database.query(`delete from order_lines where order_id = 'c-9'`, []);
    const found: Violation[] = [];
    await verify(database, { onViolation: (violation) => void found.push(violation) });
    await database.query(`insert into order_lines values ('c-9', 'sku-9', 0, 5, 5, 100, 0)`, []);
    const of = (name: string) => found.find(({ law }) => law === name);
    expect(of('orders_and_ledger_agree')).toMatchObject({ skuId: 'sku-9', orderId: 'c-9' });
    expect(of('all_lines_or_none')).toMatchObject({ skuId: null, orderId: 'c-9' });
  });

  it('names the cart of a violation, and its SKU', async () => {
    await database.query(
      `update carts set lines = '[{"skuId":"ghost","quantity":1,"selected":true}]' where id = 'cart-9'`,
      [],
    );
    const found: Violation[] = [];
    await verify(database, { onViolation: (violation) => void found.push(violation) });
    await database.query(`update carts set lines = '[]' where id = 'cart-9'`, []);
    expect(found).toEqual([
      expect.objectContaining({ law: 'cart_skus_exist', skuId: 'ghost', orderId: null, cartId: 'cart-9' }),
    ]);
  });

  it('is asked of one moment, whatever is written meanwhile', async () => {
    // The embedded database has one session: nothing else can write.
    if (fresh === null) return;
    const other = await openDatabase({ url: fresh.url });
    await other.query(`delete from movements where sku_id = 'sku-1' and kind = 'changed'`, []);
    const verified = await verify(database, {
      // Of the first law, before any other is asked.
      onViolation: async () => void (await other.query('update skus set on_hand = 0', [])),
    });
    expect(verified).toMatchObject({ total: 1, violations: { ledger_gapless: 1 } });
    expect(await verify(database)).toMatchObject({ violations: { counters_are_replay: SKUS } });
    await other.close();
  });
});
