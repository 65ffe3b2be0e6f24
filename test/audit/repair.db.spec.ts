/** Repairing from the ledger: what is rebuilt, what is not and why, and that it is all or nothing and the owner's. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planRepair, repair } from '../../src/audit/repair.ts';
import type { Repair, RepairScope } from '../../src/audit/repair-plan.ts';
import { verify } from '../../src/audit/verify.ts';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import { unobserved } from '../../src/lib/observe.ts';
import { Epoch } from '../../src/ownership/epoch.ts';
import { Ownership } from '../../src/ownership/ownership.ts';
import { largeShop } from '../support/large-shop.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

let fresh: FreshDatabase;
let database: Database;

beforeEach(async () => {
  fresh = await freshDatabase();
  database = await openDatabase({ url: fresh.url });
  for (const statement of largeShop(12)) await database.query(statement, []);
});
afterEach(async () => {
  await database.close();
  await fresh.drop();
});

const sql = (statement: string) => database.query(statement, []);
const ALL: RepairScope = { onlySku: null, trustQuantities: false };

/** All rows that a repair may touch. */
const rows = async () => [
  await sql('select * from skus order by id'),
  await sql('select * from movements order by sku_id, version'),
];

/** What a run told, by SKU. */
async function told(run: typeof repair, scope: Partial<RepairScope> = {}) {
  const repairs = new Map<string, Repair>();
  const counts = await run(database, { ...ALL, ...scope, onRepair: (found) => void repairs.set(found.skuId, found) });
  return { counts, repairs, cannot: (id: string) => repairs.get(id)?.cannot ?? null };
}

describe('SKUs whose ledger is whole', () => {
  it('get their row and the counters in their movements back from it; dry, nothing is written', async () => {
    const sound = await rows();
    await sql(`update skus set on_hand = 50, reserved = 0, sales = 0 where id = 'sku-1'`);
    await sql(`update skus set version = 3 where id = 'sku-2'`);
    await sql(`update movements set on_hand = 1 where sku_id = 'sku-3' and version in (4, 5)`);
    await sql(`update movements set on_hand = 1, reserved = 1 where sku_id = 'sku-4' and version = 10`);
    await sql(`update skus set sales = 1 where id = 'sku-4'`);
    const torn = await rows();

    const plan = await told(planRepair);
    expect(plan.counts).toEqual({ repaired: 4, cannot: 0 });
    const ledger = { version: 10, onHand: 96, reserved: 5, sales: 6 };
    expect(plan.repairs.get('sku-1')).toEqual({
      skuId: 'sku-1',
      row: { version: 10, onHand: 50, reserved: 0, sales: 0 },
      ledger,
      movements: 0,
      firstMovement: null,
      cannot: null,
    });
    expect(plan.repairs.get('sku-3')).toMatchObject({ row: ledger, ledger, movements: 2, firstMovement: 4 });
    expect(await rows()).toEqual(torn);

    const done = await told(repair);
    expect(done.repairs).toEqual(plan.repairs);
    expect(await rows()).toEqual(sound);
    expect(await verify(database)).toMatchObject({ total: 0 });
    expect((await told(planRepair)).counts).toEqual({ repaired: 0, cannot: 0 });
  });

  it('are repaired one by one by their names, whatever these are', async () => {
    const name = `it's; drop table "skus"\\`;
    await sql(`update movements set sku_id = $$${name}$$ where sku_id = 'sku-1'`);
    await sql(`update order_lines set sku_id = $$${name}$$ where sku_id = 'sku-1'`);
    await sql(`delete from carts where id = 'cart-1'`);
    await sql(`update skus set id = $$${name}$$, on_hand = 1 where id = 'sku-1'`);
    await sql(`update skus set on_hand = 1 where id = 'sku-2'`);
    expect((await told(repair, { onlySku: name })).counts).toEqual({ repaired: 1, cannot: 0 });
    expect(await verify(database)).toMatchObject({ total: 1, violations: { counters_are_replay: 1 } });
  });
});

describe('SKUs whose ledger is not enough', () => {
  it('are named with the reason and left as they are, and others are repaired', async () => {
    await sql('alter table movements drop constraint movements_quantity');
    await sql(`update skus set on_hand = 50 where id in ('sku-1', 'sku-2', 'sku-3', 'sku-4', 'sku-5', 'sku-6')`);
    await sql(`delete from movements where sku_id = 'sku-2' and version = 9`);
    await sql(`update movements set quantity = 0 where sku_id = 'sku-3' and version = 1`);
    await sql(`update movements set quantity = 2147483647 where sku_id = 'sku-4' and version in (1, 10)`);
    await sql(`update order_lines set quantity = 6, ordered = 6 where sku_id = 'sku-5' and order_id = 'c-5'`);
    await sql(`delete from skus where id = 'sku-6'`);
    await sql(`update movements set quantity = 2 where sku_id = 'sku-7' and version = 10`);
    const before = await rows();
    const done = await told(repair);
    expect(done.counts).toEqual({ repaired: 1, cannot: 6 });
    expect(done.cannot('sku-1')).toBeNull();
    expect(done.cannot('sku-2')).toContain('its ledger has 9 movements with versions 1 to 10');
    expect(done.cannot('sku-3')).toContain('a movement that no turn writes');
    expect(done.cannot('sku-4')).toContain('takes a counter out of its range');
    expect(done.cannot('sku-5')).toContain('adds up to reserved 5 and sales 6, lines of its orders to 6 and 7');
    expect(done.cannot('sku-6')).toContain('a ledger and no row');
    expect(done.cannot('sku-7')).toContain('agree on 96/5/6, its quantities add up to 97/5/6');
    await sql(`update skus set on_hand = 50 where id = 'sku-1'`);
    expect(await rows()).toEqual(before);
  });

  it('are believed against their row and last movement when told so', async () => {
    await sql(`update movements set quantity = 2 where sku_id = 'sku-7' and version = 10`);
    expect((await told(repair, { trustQuantities: true })).counts).toEqual({ repaired: 1, cannot: 0 });
    expect(await sql(`select on_hand from skus where id = 'sku-7'`)).toEqual([{ on_hand: 97 }]);
    expect(await verify(database)).toMatchObject({ total: 0 });
  });
});

describe('a repair', () => {
  it('touches no order and no cart, also where they break a law', async () => {
    await sql(`update skus set on_hand = 50 where id = 'sku-1'`);
    await sql(`update carts set lines = '[{"skuId":"sku-1","quantity":0,"selected":true}]' where id = 'cart-1'`);
    await sql(`update orders set cancel_reason = 'expired', updated_at = created_at where id = 'a-2'`);
    const others = async () => [
      await sql('select * from carts order by id'),
      await sql('select * from orders order by id'),
      await sql('select * from order_lines order by order_id, sku_id'),
      await sql('select * from idempotency_keys order by key'),
    ];
    const before = await others();
    expect((await told(repair)).counts).toEqual({ repaired: 1, cannot: 0 });
    expect(await others()).toEqual(before);
    expect(await verify(database)).toMatchObject({
      total: 2,
      violations: { cart_lines_in_range: 1, order_times_make_sense: 1 },
    });
  });

  it('that does not hold is not committed', async () => {
    await sql(`update skus set on_hand = 50 where id in ('sku-1', 'sku-2')`);
    // Something in the database keeps it from being what was meant.
    await sql(`create function spoil() returns trigger language plpgsql as $$ begin
      if new.id = 'sku-2' then new.on_hand := 51; end if; return new; end $$`);
    await sql('create trigger spoil before update on skus for each row execute function spoil()');
    const before = await rows();
    await expect(told(repair)).rejects.toThrow(/what was rebuilt breaks counters_are_replay \(SKU sku-2: row says 51/);
    expect(await rows()).toEqual(before);
  });

  it('is refused while another owns the database, and deposes who owned it before', async () => {
    await sql(`update skus set on_hand = 50 where id = 'sku-1'`);
    const other = new Ownership({ database, observe: unobserved });
    await other.start();
    await expect(told(repair)).rejects.toThrow('a Stock Keeper is running on this database');
    expect(await sql(`select on_hand from skus where id = 'sku-1'`)).toEqual([{ on_hand: 50 }]);
    await other.close();
    // An owner that was killed: nobody has ended its epoch.
    const { epoch } = await Epoch.begin(database);
    expect((await told(repair)).counts).toEqual({ repaired: 1, cannot: 0 });
    expect(await sql(`select ended_at is null as stands from epochs where epoch = ${epoch.number}`)).toEqual([
      { stands: false },
    ]);
  });

  it('that loses the database on the way writes nothing', async () => {
    await sql(`update skus set on_hand = 50 where id = 'sku-1'`);
    const taken = repair(database, {
      ...ALL,
      onRepair: async () => void (await sql('update epochs set ended_at = now()')),
    });
    await expect(taken).rejects.toThrow();
    expect(await sql(`select on_hand from skus where id = 'sku-1'`)).toEqual([{ on_hand: 50 }]);
  });
});
