import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { forbiddenArrows } from './arrows.ts';
import { LINES_MAX, sourceFaults, testFaults } from './style.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** TypeScript files below a folder of the repository, as path (below it, with `/`) and text. */
function files(folder: string): { file: string; text: string }[] {
  const home = path.join(root, folder);
  return readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[cm]?tsx?$/.test(file))
    .map((file) => ({ file: file.split(path.sep).join('/'), text: readFileSync(path.join(home, file), 'utf8') }));
}

describe('this repository', () => {
  it('has no forbidden arrow', () => {
    const sources = files('src');
    expect(sources.length).toBeGreaterThan(10);
    expect(sources.flatMap(({ file, text }) => forbiddenArrows(file, text))).toEqual([]);
  });

  it('keeps its habits', () => {
    expect(files('src').flatMap(({ file, text }) => sourceFaults(file, text))).toEqual([]);
    // This room plants faults.
    const tests = files('test').filter(({ file }) => !file.startsWith('house/'));
    expect(tests.flatMap(({ file, text }) => testFaults(file, text))).toEqual([]);
  });
});

describe('an arrow that must not be', () => {
  it.each([
    ['shop/skus/sku.ts', `import { Keeper } from '../../keeper/keeper.ts';`],
    ['shop/skus/sku.ts', `import type { Store } from '../../journal/record.ts';`],
    ['shop/orders/order.ts', `import { randomUUID } from 'node:crypto';`],
    ['shop/orders/order.ts', `import { v7 } from 'uuid';`],
    ['keeper/keeper.ts', `import { openDatabase } from '../db/open.ts';`],
    ['keeper/keeper.ts', `import type { Database } from '../db/database.ts';`],
    ['keeper/keeper.ts', `import { createStore } from '../journal/sql-store.ts';`],
    ['keeper/keeper.ts', `export { problems } from '../api/problems/problems.ts';`],
    ['api/pages.ts', `import type { FastifyReply } from 'fastify';`],
    ['api/pages.ts', `import { Keeper } from '../keeper/keeper.ts';`],
    ['api/skus/body.ts', `import { sendProblem } from '../../http/send-problem.ts';`],
    ['library/desk.ts', `import { sendProblem } from '../http/send-problem.ts';`],
    ['keeper/keeper.ts', `import { MikroORM } from '@mikro-orm/core';`],
    ['keeper/keeper.ts', `import fastify from 'fastify';`],
    ['journal/journal.ts', `import { Keeper } from '../keeper/keeper.ts';`],
    ['journal/journal.ts', `import {\n  type Sku,\n  available,\n} from '../shop/skus/sku.ts';`],
    ['journal/journal.ts', `import 'xstate';`],
    ['reads/lists.ts', `import { Keeper } from '../keeper/keeper.ts';`],
    ['ownership/epoch.ts', `import { SqlStore } from '../journal/sql-store.ts';`],
    ['journal/journal.ts', `import { createActor } from 'xstate/actors';`],
    ['journal/journal.ts', `const server = await import('../http/server.ts');`],
    ['db/open.ts', `import type { Keeper } from '../keeper/keeper.ts';`],
    ['db/open.ts', `import type { Store } from '../journal/record.ts';`],
    ['http/orders.ts', `import { Journal } from '../journal/journal.ts';`],
    ['http/orders.ts', `import { KEY_KEPT_MS } from '../journal/record.ts';`],
    ['http/orders.ts', `import { decideStock } from '../shop/skus/rules.ts';`],
    ['http/orders.ts', `import { sql } from '@mikro-orm/postgresql';`],
    ['http/orders.ts', `import type { AnyActor } from "xstate";`],
    ['cli/import.ts', `import { openDatabase } from '../db/open.ts';`],
    ['lib/clock.ts', `import { Keeper } from '../keeper/keeper.ts';`],
    ['app.ts', `import { freshDatabase } from '../test/support/postgres.ts';`],
    ['http/orders.ts', `import { freshDatabase } from '../../test/support/postgres.ts';`],
    ['http/orders.ts', `await import(name);`],
    ['plugins/other.ts', `export const nothing = 1;`],
    ['other.ts', `export const nothing = 1;`],
    ['db/open.ts', `const fastify = require('fastify');`],
    ['db/open.ts', `import fastify, {\n  type FastifyInstance,\n} from 'fastify';`],
    ['db/open.ts', `export type Name = 'a' | 'b';\nexport * from '../keeper/keeper.ts';`],
  ])('is found in %s: %s', (file, text) => {
    expect(forbiddenArrows(file, `/** A planted fault. */\n${text}\n`)).toHaveLength(1);
  });

  it('is not seen in a comment or among those that may be', () => {
    const text = [
      `// import { Keeper } from '../http/server.ts';`,
      `import type { Sku } from '../shop/skus/sku.ts';`,
      `import {\n  type Order,\n  type OrderLine,\n} from '../shop/orders/order.ts';`,
      `import { openDatabase } from '../db/open.ts';`,
      `import { assert } from '../lib/assert.ts';`,
      `import { merge } from './merge.ts';`,
      `import { readFile } from 'node:fs/promises';`,
      `import { CompiledQuery } from 'kysely';`,
      `export type Kind = 'lost' | 'committed';`,
      `export interface Named extends Pick<Sku, 'id'> {\n  readonly kind: 'fastify';\n}`,
    ].join('\n');
    expect(forbiddenArrows('journal/journal.ts', text)).toEqual([]);
    expect(forbiddenArrows('app.ts', `import { buildServer } from './http/server.ts';`)).toEqual([]);
  });
});

describe('a habit broken in a source', () => {
  const opening = '/** A planted fault. */\n';

  it.each([
    ['too long', 'keeper/keeper.ts', opening + 'export const a = 1;\n'.repeat(LINES_MAX)],
    ['without an opening', 'keeper/keeper.ts', 'export const a = 1;\n'],
    ['with a default export', 'keeper/keeper.ts', `${opening}export default class Keeper {}\n`],
    ['with a default export by another way', 'keeper/keeper.ts', `${opening}export { keeper as default };\n`],
    ['named utils', 'keeper/utils.ts', opening],
    ['in a folder named utils', 'lib/util/text.ts', opening],
    ['with a hollow name', 'keeper/keeper.ts', `${opening}export class StockManager {}\n`],
    ['with a hollow prefix', 'keeper/keeper.ts', `${opening}export interface IKeeper {}\n`],
    ['a rule that asks for the time', 'shop/skus/rules.ts', `${opening}export const now = () => new Date();\n`],
    ['a rule that rolls dice', 'shop/orders/place.ts', `${opening}export const id = () => Math.random();\n`],
    ['a rule that looks at its process', 'shop/orders/place.ts', `${opening}export const id = process.pid;\n`],
    ['a rule that waits', 'shop/skus/rules.ts', `${opening}setTimeout(() => {}, 1);\n`],
  ])('is found: %s', (_, file, text) => {
    expect(sourceFaults(file, text)).toHaveLength(1);
  });

  it('is not seen where it is none', () => {
    const text = `${opening}// Date, process\nexport const kinds = ['process', "Date"];\nexport const Item = 1;\n`;
    expect(sourceFaults('shop/skus/rules.ts', text)).toEqual([]);
    expect(sourceFaults('keeper/keeper.ts', `${opening}export const now = () => Date.now();\n`)).toEqual([]);
    expect(sourceFaults('keeper/keeper.ts', opening + 'export const a = 1;\n'.repeat(LINES_MAX - 1))).toEqual([]);
  });
});

describe('a title of a test', () => {
  it('is found when it speaks of a duty', () => {
    expect(testFaults('a.spec.ts', `it('should work', () => {});`)).toHaveLength(1);
    expect(testFaults('a.spec.ts', 'it.each([1])(`it should be $s`, () => {});')).toHaveLength(1);
    expect(testFaults('a.spec.ts', `it('works', () => {}); // it should`)).toEqual([]);
  });
});
