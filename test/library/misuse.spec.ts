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
      () => keeper.placeOrder(mugs(1.5)),
      'placeOrder: lines/0/quantity must be an integer from 1 to 1000000, got 1.5.',
    ],
    [
      'a text for a number',
      () => keeper.placeOrder(mugs('1' as never)),
      'placeOrder: lines/0/quantity must be an integer',
    ],
    [
      'no number',
      () => keeper.receiveStock({ id: 'MUG', quantity: Number.NaN }),
      'receiveStock: quantity must be an integer',
    ],
    [
      'a field that is not known',
      () => keeper.placeOrder({ ...mugs(1), sku: 1 } as never),
      'placeOrder: Unknown field "sku": leave it out. Known: id, lines,',
    ],
    [
      'nothing',
      () => keeper.placeOrder(undefined as never),
      'placeOrder: request lacks lines, which must be a list of 1 to 500',
    ],
    [
      'an id that no URL can name',
      () => keeper.createSku({ id: '..', name: 'n', price: 1 }),
      'and not "." or "..", got "..".',
    ],
    [
      'a cart of such an id',
      () => keeper.putLine({ id: '.', skuId: 'MUG', quantity: 1 }),
      'putLine: id must be a text',
    ],
    ['a merge into such a cart', () => keeper.mergeCarts({ id: '..', from: 'c' }), 'mergeCarts: id must be a text'],
    ['a product of such an id', () => keeper.putProduct({ id: '.', name: 'n' }), 'putProduct: id must be a text'],
    ['an order of such an id', () => keeper.placeOrder({ ...mugs(1), id: '..' }), 'placeOrder: id must be a text'],
    ['no options', () => keeper.placeOrder(mugs(1), null as never), 'placeOrder: options must be an object, got null.'],
    ['no id', () => keeper.cancelOrder({ id: '' }), 'cancelOrder: id must be a text of 1 to 128 characters'],
    [
      'an option of another call',
      () => keeper.placeOrder(mugs(1), { ifVersion: 1 } as never),
      'placeOrder: Unknown field "ifVersion" in options: leave it out. Known: idempotencyKey, signal.',
    ],
    [
      'a return without its key',
      () => keeper.returnUnits({ id: 'o2', ...mugs(1), restock: true }, undefined as never),
      'returnUnits: options lacks idempotencyKey',
    ],
    [
      'no change',
      () => keeper.changeSku({ id: 'MUG', name: undefined }),
      'changeSku: request must have at least one of name,',
    ],
    [
      'a currency that is none',
      () => keeper.createSku({ id: 'X', name: 'X', price: 1, currency: 'XXQ' }),
      'createSku: currency must be one that ISO 4217 knows',
    ],
    [
      'lines too large together',
      () =>
        keeper.placeOrder({
          lines: [
            { skuId: 'MUG', quantity: 1e6 },
            { skuId: 'MUG', quantity: 1 },
          ],
        }),
      'placeOrder: The lines of SKU "MUG" add up to 1000001',
    ],
    [
      'a signal that is none',
      () => keeper.placeOrder(mugs(1), { signal: {} as never }),
      'placeOrder: signal must be an AbortSignal',
    ],
    [
      'a wrong cursor',
      () => keeper.listProducts({ sort: 'sales', after: 'x' }),
      'listProducts: after must be `next` of the page before',
    ],
    ['a number that is not one', () => keeper.placeOrder(mugs(1n as never)), 'got 1n'],
    ['a ring', () => keeper.readSku({ id: ring as never }), 'readSku: id must be a text'],
    [
      'a text for a list',
      () => keeper.readAvailability({ skuIds: 'MUG' as never }),
      'readAvailability: skuIds must be a list',
    ],
    [
      'no request',
      () => keeper.readAvailability(null as never),
      'readAvailability: request must be an object, got null.',
    ],
    [
      'a list for a request',
      () => keeper.readSku(['MUG'] as never),
      'readSku: request must be an object, got ["MUG"].',
    ],
    [
      'both ways to adjust',
      () => keeper.adjustStock({ id: 'MUG', reason: 'r', delta: 1, onHand: 1 } as never),
      'adjustStock: request must have exactly one of delta and onHand.',
    ],
    [
      'a text for an integer',
      () => keeper.listMovements({ id: 'MUG', limit: '5' as never }),
      'listMovements: limit must be an integer from 1 to 200, got "5".',
    ],
    [
      'a wrong place in a ledger',
      () => keeper.listMovements({ id: 'MUG', after: 'x' }),
      'listMovements: after must be an integer',
    ],
    [
      'ids with a cursor',
      () => keeper.listSkus({ ids: 'MUG', after: 'MUG' }),
      'listSkus: ids goes without after and limit',
    ],
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
