/** What the users of the package write: as texts, for they are compiled and run where it is installed. */

/** Prints what was placed, how two cancels at the same moment were answered, and how many can be sold then. */
const PLACE_AND_CANCEL = `const keeper = await createStockKeeper({ database: { dataDir: process.argv[2] } });
await keeper.createSku({ id: 'tea', name: 'Green tea', price: 450, onHand: 1 });
const placed = await keeper.placeOrder({ id: 'o-1', lines: [{ skuId: 'tea', quantity: 1 }] });
const cancelled = await Promise.all([keeper.cancelOrder({ id: 'o-1' }), keeper.cancelOrder({ id: 'o-1' })]);
const tea = await keeper.readSku({ id: 'tea' });
console.log(placed.kind, cancelled.map(({ order }) => order.status), tea.sku.available);
await keeper.close();
`;

export const IMPORTED = `import { createStockKeeper } from 'stock-keeper';

${PLACE_AND_CANCEL}`;

export const REQUIRED = `const { createStockKeeper } = require('stock-keeper');

void (async () => {
${PLACE_AND_CANCEL}})();
`;

/** Every door, by both ways of getting it: required first, so that nothing is there yet. */
export const DOORS = `void (async () => {
  for (const door of ['stock-keeper', 'stock-keeper/fastify', 'stock-keeper/testing', 'stock-keeper/migrations']) {
    const required = require(door);
    const imported = await import(door);
    const same = required === imported || Object.keys(imported).every((name) => required[name] === imported[name]);
    console.log(door, same, Object.keys(imported).join(' '));
  }
})();
`;

/** Every door by each way that is named, on a Node that is too old for it; prints what each says. */
export const ON_OLD_NODE = `const [ways, ...doors] = process.argv.slice(2);
const got = { import: (door) => import(door), require: async (door) => require(door) };

void (async () => {
  for (const way of ways.split(',')) {
    for (const door of doors) {
      const said = await got[way](door).then(() => 'it ran', (error) => String(error.stack));
      console.log(way + ' ' + door + ': ' + said.replaceAll('\\n', ' '));
    }
  }
})();
`;

export const TYPED = `import fastify from 'fastify';
import { createStockKeeper, type OutcomeOf, type RequestOf, type StockKeeper } from 'stock-keeper';
import { stockKeeperPlugin } from 'stock-keeper/fastify';
import { migrationSql, migrations } from 'stock-keeper/migrations';
import { checkShop, type ShopAdapter } from 'stock-keeper/testing';

export async function embed(shop: ShopAdapter): Promise<number> {
  await using stockKeeper: StockKeeper = await createStockKeeper({ database: { dataDir: './data' } });
  const request: RequestOf<'placeOrder'> = { lines: [{ skuId: 'tea', quantity: 1 }] };
  const outcome: OutcomeOf<'placeOrder'> = await stockKeeper.placeOrder(request);
  if (outcome.kind === 'insufficient_stock') return outcome.shortages[0]?.available ?? 0;
  // @ts-expect-error must not compile: a quantity is a number
  await stockKeeper.placeOrder({ lines: [{ skuId: 'tea', quantity: '1' }] });
  // @ts-expect-error must not compile: an adjustment is by delta or to onHand, not both
  await stockKeeper.adjustStock({ id: 'tea', reason: 'counted', delta: 1, onHand: 1 });
  // @ts-expect-error must not compile: no outcome has this kind
  if (outcome.kind === 'sold') return 0;
  const app = fastify();
  await app.register(stockKeeperPlugin, { prefix: '/stock', auth: 'everyone', stockKeeper });
  const decorated: StockKeeper = app.stockKeeper;
  await checkShop(shop, { seed: 1 });
  return migrations.length + migrationSql().length + (decorated.role === 'owner' ? 1 : 0);
}
`;

/** What an editor shows where a method is called by its name: prints the JSON of `[what it is, what is told of it]` for each that is named. */
export const HOVER = `import { readFileSync } from 'node:fs';
import ts from 'typescript';

const names = process.argv.slice(2);
const file = process.cwd() + '/hovered.ts';
const text = "declare const keeper: import('stock-keeper').StockKeeper;\\n" + names.map((name) => 'keeper.' + name + ';\\n').join('');
const { NodeNext: module } = ts.ModuleKind;
const options = { module, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2024, strict: true };
const read = (path) => (path === file ? text : ts.sys.readFile(path));
const editor = ts.createLanguageService({
  ...ts.sys,
  useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
  getCompilationSettings: () => ({ ...options, lib: ['lib.es2024.d.ts', 'lib.esnext.disposable.d.ts'], types: ['node'] }),
  getCurrentDirectory: () => process.cwd(),
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  getScriptFileNames: () => [file],
  getScriptSnapshot: (path) => ts.ScriptSnapshot.fromString(read(path) ?? ''),
  getScriptVersion: () => '1',
  readFile: read,
});
const shown = names.map((name) => {
  const { displayParts, documentation } = editor.getQuickInfoAtPosition(file, text.indexOf('keeper.' + name + ';') + 7);
  return [displayParts, documentation].map((parts) => ts.displayPartsToString(parts));
});
console.log(JSON.stringify(shown));
`;

/** A MikroORM of the host's own reads the keeper's rows, typed, and runs its migrations. */
export const WITH_ORM = `import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import { createStockKeeper, entities, SkuEntity } from 'stock-keeper';
import { migrations } from 'stock-keeper/migrations';

export async function left(clientUrl: string): Promise<number> {
  const migrationsList = migrations;
  const orm = await MikroORM.init({ clientUrl, entities, extensions: [Migrator], migrations: { migrationsList } });
  await using keeper = await createStockKeeper({ database: { orm } });
  const tea = await orm.em.fork().findOneOrFail(SkuEntity, { id: 'tea' }, { schema: 'stock_keeper' });
  // @ts-expect-error must not compile: a SKU has no such column
  if (tea.left > 0) return tea.left;
  return tea.onHand - tea.reserved + (keeper.role === 'owner' ? 0 : 1);
}
`;

export const TYPED_REQUIRE = `import { createStockKeeper } from 'stock-keeper';

export const open = (url: string) => createStockKeeper({ database: { url } });
`;

/** Under Node's own test runner: a shop that gives back twice is found, with the calls to repeat. */
export const SHOP_TEST = `import { rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as others } from 'node:timers/promises';
import { checkShop } from 'stock-keeper/testing';

const stocks = new Map();
const orders = new Map();
const shop = {
  open({ skus }) {
    for (const { skuId, stock } of skus) stocks.set(skuId, stock);
  },
  place({ orderId, lines }) {
    if (orders.has(orderId)) return 'placed';
    if (lines.some(({ skuId, quantity }) => stocks.get(skuId) < quantity)) return 'refused';
    for (const { skuId, quantity } of lines) stocks.set(skuId, stocks.get(skuId) - quantity);
    orders.set(orderId, { lines, cancelled: false });
    return 'placed';
  },
  async cancel(orderId) {
    const order = orders.get(orderId);
    if (order === undefined || order.cancelled) return 'refused';
    await others();
    for (const { skuId, quantity } of order.lines) stocks.set(skuId, stocks.get(skuId) + quantity);
    order.cancelled = true;
    return 'done';
  },
  stock: (skuId) => stocks.get(skuId),
};

test('the shop', () => rejects(checkShop(shop, { seed: 1 }), /cancel\\('o1'\\)[^]*cancel\\('o1'\\)/));
`;

/** A folder and then a server, neither of which can be had; prints why. */
export const LEFT_OUT = `import { createStockKeeper } from 'stock-keeper';

for (const database of [{ dataDir: './left-out' }, { url: 'postgres://127.0.0.1:1/none' }]) {
  await createStockKeeper({ database }).catch((error) => console.log(error.message));
}
`;
