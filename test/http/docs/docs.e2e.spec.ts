/** The pages as a person sees them, in a real browser: every call of the reference can be tried out, wherever the page stands. */
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stockKeeperPlugin } from '../../../src/fastify.ts';
import type { App } from '../../../src/http/door.ts';
import { buildServer } from '../../../src/http/server.ts';
import { Keeper } from '../../../src/keeper/keeper.ts';
import { stockKeeperOf } from '../../../src/library/stock-keeper.ts';
import { createLog } from '../../../src/log.ts';
import { openBrowser } from '../../support/browser.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { type Operation, operationsOf } from './declared.ts';
import { type Trial, tryOut } from './try-out.ts';

/** Letters that a pattern was once mistaken for, and characters that a path must encode. */
const ID = 'Cups/{cCpPsS} 😀';

const stack = new AsyncDisposableStack();
const store = new MemoryStore();
const keeper = new Keeper({ store, lists: store });
/** What the pages were not allowed to do, and what they threw. */
const complaints: string[] = [];
let browser: Browser;
let page: Page;
/** The calls that the reference page shows: whatever is done on it draws all of them anew, a second on a slow machine. */
let shown: readonly string[] = ['listSkus'];

beforeAll(async () => {
  browser = await openBrowser();
  const context = await browser.newContext();
  context.on('weberror', (error) => complaints.push(error.error().message));
  context.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) complaints.push(message.text());
  });
  page = await context.newPage();
  await page.route('**/docs/json', async (route) => {
    const response = await route.fetch();
    const document = (await response.json()) as object;
    await route.fulfill({ response, json: onlyCalls(document, shown) });
  });
});
afterAll(async () => {
  await browser.close();
  await stack.disposeAsync();
  await keeper.close();
});

async function addressOf(app: App): Promise<string> {
  stack.defer(() => app.close());
  await app.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

/** All texts that are free are filled; `ids` goes without the others. */
function trialOf({ operationId, tags: [tag = ''], parameters = [] }: Operation): Trial {
  const free = parameters.filter(
    ({ name, schema }) => schema.type === 'string' && schema.enum === undefined && name !== 'ids',
  );
  const written = (name: string) =>
    name === 'idempotency-key' ? `cups-${operationId}` : name.startsWith('if-') ? '*' : ID;
  return { tag, operationId, fields: Object.fromEntries(free.map(({ name }) => [name, written(name)])) };
}

/** Most of what the page draws is the examples of answers, which are nothing to what it sends. */
function withoutAnswers(document: object): object {
  const bare = structuredClone(document);
  for (const operation of operationsOf(bare).values()) {
    Object.assign(operation, { responses: { default: { description: 'Any answer.' } } });
  }
  return bare;
}

/** The document with some of its calls. */
function onlyCalls(document: object, names: readonly string[]): object {
  const { paths } = document as { readonly paths: Record<string, Record<string, Operation>> };
  const named = Object.entries(paths).map(([path, item]) => [
    path,
    Object.fromEntries(Object.entries(item).filter(([, { operationId }]) => names.includes(operationId))),
  ]);
  return withoutAnswers({ ...document, paths: Object.fromEntries(named) });
}

describe('the service', () => {
  let url: string;
  let document: object;
  beforeAll(async () => {
    const app = await buildServer({ keeper, logger: false });
    await app.inject({ method: 'POST', url: '/skus', payload: { id: 'MUG-RED', name: 'Mug', price: 1290, onHand: 9 } });
    url = await addressOf(app);
    document = (await app.inject('/openapi.json')).json();
  });

  it('takes every call that its reference page sends', { timeout: 240_000 }, async () => {
    // It is long, and the page would draw it.
    await page.route('**/openapi.json', async (route) => route.fulfill({ response: await route.fetch(), json: {} }));
    const trials = [...operationsOf(document).values()].map(trialOf);
    const answered: Record<string, string | null> = {};
    for (const [tag, ofTag] of Map.groupBy(trials, (trial) => trial.tag)) {
      shown = ofTag.map(({ operationId }) => operationId);
      await page.goto(`${url}/docs`);
      await page.locator(`.opblock-tag[data-tag="${tag}"]`).waitFor();
      await page.locator('.opblock').first().waitFor();
      expect(await page.locator('.opblock').count()).toBe(ofTag.length);
      Object.assign(answered, await page.evaluate(tryOut, ofTag));
    }
    const refused = Object.entries(answered).filter(([, status]) => !/^(2|3|40[1-9]|4[1-9])/.test(status ?? ''));
    expect(refused).toEqual([]);
    expect(Object.keys(answered)).toHaveLength(trials.length);
    expect(answered['placeOrder']).toMatch(/^201/);
    await page.unroute('**/openapi.json');
    shown = ['listSkus'];
    expect(complaints).toEqual([]);
  });

  it('has a first page that leads on, and an icon', async () => {
    expect((await page.goto(url))?.status()).toBe(200);
    const icon = await page.locator('link[rel=icon]').getAttribute('href');
    expect((await page.request.get(`${url}/${icon}`)).headers()).toMatchObject({ 'content-type': 'image/svg+xml' });
    const links = await page.locator('a').evaluateAll((all) => all.map(String));
    expect(links).toHaveLength(4);
    for (const link of links) expect((await page.request.get(link)).status()).toBe(200);
    await page.locator('a').first().dispatchEvent('click');
    await page.locator('.opblock').first().waitFor();
    expect(complaints).toEqual([]);
  });
});

describe('a host with a prefix', () => {
  const parts = {
    kind: 'pglite',
    keeper,
    ownership: { role: 'owner', follow: () => {}, failed: new Promise<never>(() => {}) },
    watch: () => () => {},
    close: async () => {},
  } as const;
  const stockKeeper = stockKeeperOf(parts, createLog('silent'), 0);

  it.each([false, true])('shows the pages with a slash at the end and without, ignoreTrailingSlash %s', async (lax) => {
    const host: App = fastify({ routerOptions: { ignoreTrailingSlash: lax } });
    await host.register(stockKeeperPlugin, { stockKeeper, auth: 'everyone', prefix: '/stock' });
    const url = await addressOf(host);
    for (const path of ['/stock/docs', '/stock/docs/']) {
      await page.goto(url + path);
      await page.locator('.opblock').first().waitFor();
    }
    const trials = [{ tag: 'SKUs', operationId: 'listSkus', fields: {} }];
    expect(await page.evaluate(tryOut, trials)).toMatchObject({ listSkus: expect.stringMatching(/^200/) });
    for (const path of ['/stock', '/stock/']) {
      await page.goto(url + path);
      await page.locator('a').first().dispatchEvent('click');
      await page.locator('.opblock').first().waitFor();
    }
    expect(complaints).toEqual([]);
  });
});
