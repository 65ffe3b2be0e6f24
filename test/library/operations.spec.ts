/**
 * Every call of the API is a method of the library: it takes one request object, refuses what it does not know, and
 * answers what its call says.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANY_TIME, type Call } from '../../src/api/call.ts';
import { CALLS } from '../../src/api/calls.ts';
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

type Method = (request?: object, options?: object) => Promise<{ readonly kind: string }>;
const methodOf = (name: string): Method => (keeper as object as Readonly<Record<string, Method>>)[name] as Method;

interface Examples {
  readonly examples?: readonly object[];
  readonly 'x-examples'?: Readonly<Record<string, { readonly value: object }>>;
}

/** A body of its documents. */
function exampleOf(body: object | undefined): object {
  const { examples = [], 'x-examples': named = {} } = (body ?? {}) as Examples;
  return examples[0] ?? Object.values(named)[0]?.value ?? {};
}

/** What may be asked of a shop that has nothing but mugs. */
function requestOf({ params, body }: Call): object {
  const ids = Object.keys(params?.properties ?? {}).map((name) => [name, 'MUG']);
  return { ...Object.fromEntries(ids), ...exampleOf(body) };
}

const keyOf = ({ takes }: Call) => (takes === 'key_required_write' ? { idempotencyKey: 'key' } : {});

describe.each(Object.entries<Call>(CALLS))('%s', (name, call) => {
  it('is a method that answers with an outcome of its call', async () => {
    const { kind } = await methodOf(name)(requestOf(call), keyOf(call));
    expect([call.success, call.refusals, ANY_TIME[call.kind]].flat()).toContain(kind);
  });

  it('takes one request, and refuses a field that it does not know by its name', async () => {
    const asked = methodOf(name)({ ...requestOf(call), colour: 'red' }, keyOf(call));
    await expect(asked).rejects.toThrow(TypeError);
    await expect(asked).rejects.toThrow(`${name}: Unknown field "colour": leave it out.`);
  });

  it('refuses an option that it does not know, and what is no object', async () => {
    const misspelt = methodOf(name)(requestOf(call), { ...keyOf(call), ifVersoin: 1 });
    await expect(misspelt).rejects.toThrow(`${name}: Unknown field "ifVersoin" in options: leave it out.`);
    for (const wrong of ['MUG', null, 1, ['MUG']]) {
      const asked = methodOf(name)(wrong as never, keyOf(call));
      await expect(asked).rejects.toThrow(TypeError);
      await expect(asked).rejects.toThrow(`${name}: request must be an object, got ${JSON.stringify(wrong)}.`);
    }
  });

  it('takes a field that is undefined as one that is not there', async () => {
    const names = [call.params, call.query, call.body].flatMap((part) => Object.keys(part?.properties ?? {}));
    const undefineds = Object.fromEntries(names.map((field) => [field, undefined]));
    const { kind } = await methodOf(name)({ ...undefineds, ...requestOf(call) }, keyOf(call));
    expect([call.success, call.refusals].flat()).toContain(kind);
  });
});

describe('the waiting line', () => {
  it('is listed and read, page by page, and says that nobody waits', async () => {
    const left = await mugsOf(keeper);
    const gone = new AbortController();
    const lines = [{ skuId: 'MUG', quantity: Number(left) + 1 }];
    const waits = ['w1', 'w2'].map((id) => keeper.placeOrder({ id, lines, waitSeconds: 60 }, { signal: gone.signal }));
    await expect.poll(() => keeper.listWaiting({ id: 'MUG' })).toMatchObject({ length: 2 });
    const first = await keeper.listWaiting({ id: 'MUG', limit: 1 });
    expect(first).toMatchObject({ kind: 'page', length: 2, items: [{ orderId: 'w1', place: 1 }], next: 1 });
    if (first.kind !== 'page' || first.next === null) throw new Error('no second page');
    expect(await keeper.listWaiting({ id: 'MUG', after: first.next })).toMatchObject({
      items: [{ orderId: 'w2', place: 2 }],
      next: null,
    });
    expect(await keeper.readWaiting({ id: 'w2' })).toMatchObject({
      kind: 'waiting',
      orderId: 'w2',
      lines: [{ skuId: 'MUG', place: 2, length: 2 }],
    });
    gone.abort();
    await Promise.all(waits);
    await expect.poll(() => keeper.readWaiting({ id: 'w2' })).toEqual({ kind: 'not_waiting', orderId: 'w2' });
    expect(await keeper.listWaiting({ id: 'none' })).toEqual({ kind: 'sku_not_found', skuId: 'none' });
  });
});

describe('a page of a ledger', () => {
  it('has a `next` that is the `after` of the one behind it, which may be a number as well', async () => {
    await keeper.createSku({ id: 'JAR', name: 'Jar', price: 1 });
    for (const quantity of [1, 2, 3]) await keeper.receiveStock({ id: 'JAR', quantity });
    const page = await keeper.listMovements({ id: 'JAR', limit: 2 });
    if (page.kind !== 'page' || page.next === null) throw new Error('no second page');
    const behind = await keeper.listMovements({ id: 'JAR', after: page.next });
    expect(behind).toMatchObject({ items: [{ version: 3 }], next: null });
    expect(await keeper.listMovements({ id: 'JAR', after: 2 })).toEqual(behind);
  });
});

describe('a method', () => {
  it('can be taken off its keeper', async () => {
    const { readSku } = keeper;
    expect(await readSku({ id: 'MUG' })).toMatchObject({ kind: 'sku' });
  });
});
