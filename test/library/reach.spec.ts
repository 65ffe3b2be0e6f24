/** What a program loads that imports the library: no web framework, and no embedded database before one is opened. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf } from '../house/imports.ts';

const SRC = new URL('../../src/', import.meta.url).pathname;

/** Packages that are loaded with a module of `src`; those of dynamic imports are not. */
function loadedWith(entry: string): Set<string> {
  const packages = new Set<string>();
  const files = new Set([join(SRC, entry)]);
  for (const file of files) {
    const text = readFileSync(file, 'utf8').replace(/\bimport\([^)]*\)/g, 'null');
    for (const { from, typesOnly } of importsOf(text)) {
      if (from === null || typesOnly) continue;
      if (from.startsWith('.')) files.add(join(dirname(file), from));
      else packages.add(from);
    }
  }
  return packages;
}

describe('importing the library', () => {
  it('loads neither Fastify nor PGlite', () => {
    const loaded = [...loadedWith('index.ts')].filter((name) => /fastify|pglite/.test(name));
    expect(loaded).toEqual([]);
    // And this test sees them where they are.
    expect(loadedWith('app.ts')).toContain('fastify');
  });
});
