/** A column more in an entity: all SQL of its table has it, and nothing else is told of it. */
import { defineEntity, p } from '@mikro-orm/core';
import { expect, it, onTestFinished } from 'vitest';
import { inserted, PART_NAMES, PARTS, type Part, updated } from '../../src/db/batch-parts.ts';
import { COMMIT_FUNCTION, commitFunctionOf } from '../../src/db/commit-batch.ts';
import { SkuEntity, skus } from '../../src/db/entities.ts';
import { objectList, selectList } from '../../src/db/select-list.ts';
import { tableOf } from '../../src/db/table.ts';
import { Epoch } from '../../src/ownership/epoch.ts';
import { openEmbedded } from '../support/embedded.ts';

const AT = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const MUG = {
  ...{ id: 'MUG', productId: null, name: 'Mug', price: 1290, currency: 'EUR', onHand: 10, reserved: 0, sales: 0 },
  ...{ safetyStock: 0, backorderLimit: 0, maxPerOrder: null, maxPerCustomer: null, version: 1 },
  ...{ createdAt: AT, updatedAt: AT, soldUntil: AT + 1 },
};

/** The table of SKUs with a time more, that they are sold until. */
const wider = tableOf(
  defineEntity({
    name: 'WiderSku',
    tableName: 'skus',
    properties: { ...SkuEntity.meta.properties, soldUntil: p.datetime(3).nullable() },
  }),
  { fixed: ['currency', 'createdAt'], moved: ['onHand', 'reserved', 'sales', 'version', 'updatedAt'] },
);

it('is written and read, by a function of another name', async () => {
  const parts: Record<keyof typeof PARTS, Part> = {
    ...PARTS,
    new_skus: inserted(wider),
    changed_skus: updated(wider, wider.changing, 'another version'),
    moved_skus: updated(wider, wider.moved, 'another version'),
  };
  const made = commitFunctionOf(parts);
  expect(made.name).not.toBe(COMMIT_FUNCTION.name);
  const database = await openEmbedded();
  onTestFinished(() => database.close());
  await database.query('alter table skus add column sold_until timestamptz(3) null', []);
  await database.query(made.sql, []);
  const { epoch } = await Epoch.begin(database);
  const commit = async (name: keyof typeof PARTS, row: typeof MUG, basis: number | null) => {
    const record: object = JSON.parse(JSON.stringify(parts[name].record(row, basis)));
    const sent = PART_NAMES.map((part) => (part === name ? JSON.stringify([record]) : null));
    const number = epoch.nextBatch;
    await database.query(made.call, [epoch.number, epoch.owner, number, '1 day', ...sent]);
    epoch.committed(number);
    return record;
  };
  const listed = async () => (await database.query(`select ${selectList(wider.columns)} from skus`, []))[0];

  expect(await commit('new_skus', MUG, null)).toMatchObject({ sold_until: new Date(AT + 1).toISOString() });
  expect(await listed()).toEqual(MUG);
  const changed = { ...MUG, name: 'Cup', soldUntil: AT + 2, version: 2 };
  await commit('changed_skus', changed, 1);
  expect(await listed()).toEqual(changed);
  const moved = { ...changed, onHand: 9, version: 3 };
  expect(await commit('moved_skus', moved, 2)).not.toHaveProperty('sold_until');
  expect(await listed()).toEqual(moved);
  const [loaded] = await database.query(
    `select json_build_object(${objectList(wider.columns, 's')}) as sku from skus s`,
    [],
  );
  expect(loaded).toEqual({ sku: moved });
  // What is not there is null, and so is left out.
  expect(await commit('changed_skus', Object.assign({}, moved, { version: 4, soldUntil: null }), 3)).not.toHaveProperty(
    'sold_until',
  );
  expect(await listed()).toMatchObject({ soldUntil: null });
});

const names = (columns: readonly { readonly name: string }[]) => columns.map(({ name }) => name);

it('is one that changes, if nothing else is said of it', () => {
  expect(names(wider.changing)).toEqual([...names(skus.changing), 'sold_until']);
  expect(names(wider.moved)).toEqual(names(skus.moved));
});

it.each([
  ['skus', PARTS.new_skus, PARTS.changed_skus, ['currency', 'created_at']],
  [
    'counters of SKUs',
    PARTS.changed_skus,
    PARTS.moved_skus,
    ['product_id', 'name', 'price', 'safety_stock', 'backorder_limit', 'max_per_order', 'max_per_customer'],
  ],
  [
    'orders',
    PARTS.new_orders,
    PARTS.changed_orders,
    ['payment', 'customer_id', 'freight', 'currency', 'expires_at', 'fingerprint', 'created_at'],
  ],
  ['lines of orders', PARTS.new_lines, PARTS.changed_lines, ['position', 'ordered', 'unit_price']],
  ['carts', PARTS.new_carts, PARTS.changed_carts, []],
  ['products', PARTS.new_products, PARTS.changed_products, ['created_at']],
])('is left alone by an update of %s if it never changes by one', (_of, whole: Part, update: Part, left) => {
  const sent = names(update.columns);
  expect(names(whole.columns).filter((name) => !sent.includes(name))).toEqual(left);
});
