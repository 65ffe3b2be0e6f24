/**
 * Which folder of `src` may import what. Every layer calls the one below and nothing calls up; whoever adds a folder, or needs
 * another arrow, says so here.
 */
import path from 'node:path';
import { type Import, importsOf } from './imports.ts';

interface Arrows {
  /** Folders and files of `src` whose values may be used. */
  readonly values: readonly string[];
  /** Those of which only types may be used. */
  readonly types: readonly string[];
  /** Packages, by name or by scope; `*` is any that is not forbidden. `node:` is Node's own. */
  readonly packages: readonly string[];
  readonly never: readonly string[];
}

const RULES = ['shop/'];
const DATABASE_LIBRARIES = ['@mikro-orm/', '@electric-sql/', 'kysely', 'pg'];
const RULES_ARROWS: Arrows = { values: [...RULES, 'lib/'], types: [], packages: ['xstate'], never: [] };
/** What stands on the database. */
const RECORD_ARROWS: Arrows = {
  values: ['db/', 'lib/'],
  types: [...RULES, 'journal/record.ts'],
  packages: ['*', 'node:'],
  never: ['xstate', 'fastify', '@fastify/'],
};
/** How it is said: the client is to be derived from it, so nothing in it may need a server or a keeper. */
const API_ARROWS: Arrows = {
  values: ['shop/skus/sku.ts', 'shop/orders/order.ts', 'lib/'],
  types: [...RULES, 'journal/record.ts', 'keys/api-key.ts'],
  packages: ['typebox', 'ajv', 'node:'],
  never: ['fastify', '@fastify/', 'xstate', ...DATABASE_LIBRARIES],
};
const DOOR_ARROWS: Arrows = {
  values: [
    'api/',
    'keeper/',
    'keys/',
    'shop/versions.ts',
    'shop/skus/sku.ts',
    'shop/orders/order.ts',
    'shop/carts/cart.ts',
    'lib/',
  ],
  types: [...RULES, 'journal/record.ts'],
  packages: ['*', 'node:'],
  never: ['xstate', ...DATABASE_LIBRARIES],
};

const ARROWS: Readonly<Record<string, Arrows>> = {
  shop: RULES_ARROWS,
  keeper: {
    values: [...RULES, 'journal/record.ts', 'journal/journal.ts', 'lib/'],
    types: [],
    packages: ['xstate', 'node:'],
    never: [],
  },
  journal: {
    ...RECORD_ARROWS,
    values: [...RECORD_ARROWS.values, 'ownership/', 'shop/idempotency.ts', 'shop/facts.ts', 'shop/kind-names.ts'],
    types: RULES,
  },
  reads: RECORD_ARROWS,
  ownership: RECORD_ARROWS,
  audit: {
    values: ['db/', 'ownership/', 'lib/'],
    types: [...RULES, 'journal/'],
    packages: ['@mikro-orm/', 'node:'],
    never: ['xstate', 'fastify', '@fastify/'],
  },
  db: {
    values: ['lib/', 'shop/outcome.ts'],
    types: RULES,
    packages: ['*', 'node:'],
    never: ['xstate', 'fastify', '@fastify/'],
  },
  api: API_ARROWS,
  http: DOOR_ARROWS,
  // Another door: it says the same things in the same words as HTTP, and stands on the parts itself.
  library: {
    values: [...DOOR_ARROWS.values, 'db/', 'log.ts', 'parts.ts'],
    types: RULES,
    packages: ['typebox', 'node:'],
    never: [],
  },
  cli: { ...DOOR_ARROWS, values: [...DOOR_ARROWS.values, 'audit/', 'config.ts'] },
  testing: { values: ['shop/skus/', 'shop/orders/', 'lib/'], types: [], packages: ['fast-check', 'node:'], never: [] },
  keys: { values: ['lib/'], types: [], packages: ['node:', 'pino'], never: [] },
  lib: { values: [], types: [], packages: ['node:', 'uuid'], never: [] },
};

/** The files above all folders know everyone. */
const ABOVE_ALL = [
  'bin.ts',
  'main.ts',
  'app.ts',
  'parts.ts',
  'config.ts',
  'log.ts',
  'index.ts',
  'fastify.ts',
  'migrations.ts',
];

/** The arrows of one file that must not be, in words. `file` is its path below `src`, with `/`. */
export function forbiddenArrows(file: string, text: string): string[] {
  const imports = importsOf(text);
  const [folder = '', ...below] = file.split('/');
  const arrows = ARROWS[folder];
  if (below.length > 0 && arrows === undefined) return [`${file}: nobody has said what ${folder}/ may import`];
  if (below.length === 0 && !ABOVE_ALL.includes(file)) return [`${file}: belongs into a folder`];
  return imports.flatMap((line) => {
    const fault = line.from === null ? 'a target that cannot be read' : faultOf(file, folder, arrows, line, line.from);
    return fault === null ? [] : [`${file}: imports ${fault}`];
  });
}

function faultOf(file: string, folder: string, arrows: Arrows | undefined, line: Import, from: string): string | null {
  if (!from.startsWith('.')) return packageFault(arrows, from);
  const target = path.posix.join(path.posix.dirname(file), from);
  if (target.startsWith('..')) return `${from}, outside of src`;
  if (arrows === undefined || target.startsWith(`${folder}/`) || covers(arrows.values, target)) return null;
  if (!covers(arrows.types, target)) return target;
  return line.typesOnly ? null : `${target} as a value, of which it may use types alone`;
}

function packageFault(arrows: Arrows | undefined, from: string): string | null {
  if (arrows === undefined) return null;
  if (covers(arrows.never, from)) return from;
  const allowed = from.startsWith('node:') ? arrows.packages.includes('node:') : covers(arrows.packages, from);
  return allowed ? null : from;
}

/** A pattern that ends in `/` covers all below it; `*` covers any package; a package's name covers its subpaths. */
function covers(patterns: readonly string[], target: string): boolean {
  return patterns.some((pattern) => {
    if (pattern === '*') return true;
    if (pattern.endsWith('/')) return target.startsWith(pattern);
    return target === pattern || target.startsWith(`${pattern}/`);
  });
}
