/** What cannot be asked of the library, or of its opening: a `TypeError` that says why, and nothing is done. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStockKeeper, type StockKeeper } from '../../src/index.ts';
import { embeddedFolder } from '../support/embedded.ts';
import { mugsOf, withMugs } from './keepers.ts';

const stack = new AsyncDisposableStack();
let keeper: StockKeeper;

beforeAll(async () => {
  keeper = stack.use(await createStockKeeper({ database: { dataDir: await embeddedFolder(stack) } }));
  await withMugs(keeper, 10);
});
afterAll(() => stack.disposeAsync());

const ring: { ring?: unknown } = {};
ring.ring = ring;
const mugs = (quantity: number) => ({ lines: [{ skuId: 'MUG', quantity }] });

describe('what cannot be asked', () => {
  const wrong: readonly (readonly [string, () => Promise<unknown>, string])[] = [
    [
      'half a unit',
      () => keeper.place(mugs(1.5)),
      'place: lines/0/quantity must be an integer from 1 to 1000000, got 1.5.',
    ],
    ['a text for a number', () => keeper.place(mugs('1' as never)), 'place: lines/0/quantity must be an integer'],
    ['no number', () => keeper.receive('MUG', { quantity: Number.NaN }), 'receive: quantity must be an integer'],
    ['a field that is not known', () => keeper.place({ ...mugs(1), sku: 1 } as never), 'place: Unknown field "sku"'],
    ['nothing', () => keeper.place(undefined as never), 'place: It must be a JSON object'],
    [
      'an id that no URL can name',
      () => keeper.createSku({ id: '..', name: 'n', price: 1 }),
      'and not "." or "..", got "..".',
    ],
    ['a cart of such an id', () => keeper.putLine('.', 'MUG', { quantity: 1 }), 'putLine: id must be a text'],
    ['a merge into such a cart', () => keeper.mergeCarts('..', 'c'), 'mergeCarts: id must be a text'],
    ['a product of such an id', () => keeper.putProduct('.', { name: 'n' }), 'putProduct: id must be a text'],
    ['an order of such an id', () => keeper.place({ ...mugs(1), id: '..' }), 'place: id must be a text'],
    ['no options', () => keeper.place(mugs(1), null as never), 'place: It must be a JSON object, got null.'],
    ['no id', () => keeper.cancel(''), 'cancel: id must be a text of 1 to 128 characters'],
    [
      'an option of another call',
      () => keeper.place(mugs(1), { ifVersion: 1 } as never),
      'place: Unknown field "ifVersion"',
    ],
    [
      'a return without its key',
      () => keeper.return('o2', { ...mugs(1), restock: true }, undefined as never),
      'return: It lacks idempotencyKey',
    ],
    [
      'no change',
      () => keeper.changeSku('MUG', { name: undefined } as never),
      'changeSku: It must have at least one of',
    ],
    [
      'a currency that is none',
      () => keeper.createSku({ id: 'X', name: 'X', price: 1, currency: 'XXQ' }),
      'createSku: currency must be one that ISO 4217 knows',
    ],
    [
      'lines too large together',
      () =>
        keeper.place({
          lines: [
            { skuId: 'MUG', quantity: 1e6 },
            { skuId: 'MUG', quantity: 1 },
          ],
        }),
      'place: The lines of SKU "MUG" add up to 1000001',
    ],
    [
      'a signal that is none',
      () => keeper.place(mugs(1), { signal: {} as never }),
      'place: signal must be an AbortSignal',
    ],
    ['a wrong cursor', () => keeper.listProducts({ sort: 'sales', after: 'x' }), 'listProducts: '],
    ['a number that is not one', () => keeper.place(mugs(1n as never)), 'got 1n'],
    ['a ring', () => keeper.readSku(ring as never), 'readSku: id must be a text'],
    ['a text for a list', () => keeper.readSkus('MUG' as never), 'readSkus: skuIds must be a list'],
    ['no list', () => keeper.readSkus(null as never), 'readSkus: skuIds must be a list'],
    ['no options', () => createStockKeeper(undefined as never), 'database must be one of'],
    [
      'a limit under which nothing is ever done',
      () => createStockKeeper({ database: { dataDir: 'x' }, limits: { loadIdsMax: 0 } }),
      'limits.loadIdsMax must be an integer from 1 on',
    ],
    ['half a logger', () => createStockKeeper({ database: { dataDir: 'x' }, logger: {} as never }), 'logger must have'],
    [
      'a clock that stands',
      () => createStockKeeper({ database: { dataDir: 'x' }, clock: 5 as never }),
      'clock must be',
    ],
    [
      'an option misspelt',
      () => createStockKeeper({ database: { dataDir: 'x' }, shema: 'shop' } as never),
      'There is no option shema: there are database, schema,',
    ],
    ['no database', () => createStockKeeper({} as never), 'database must be one of'],
    [
      'a limit that is none',
      () => createStockKeeper({ database: { dataDir: 'x' }, limits: { residentMax: 1 } as never }),
      'There is no limit residentMax',
    ],
    [
      'half a limit',
      () => createStockKeeper({ database: { dataDir: 'x' }, limits: { residentsMax: 0.5 } }),
      'limits.residentsMax must be an integer',
    ],
    [
      'a schema that needs quotes',
      () => createStockKeeper({ database: { dataDir: 'x' }, schema: 'a"b' }),
      'schema must be',
    ],
  ];

  it.each(wrong)('is a TypeError that says why: %s', async (_what, call, message) => {
    const error = await call().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(TypeError);
    expect((error as TypeError).message).toContain(message);
  });

  it('has changed nothing', async () => {
    expect(await mugsOf(keeper)).toBe(10);
  });
});
