/** What the declarations of a package bring into the compiler of whoever imports it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { importsOf } from '../house/imports.ts';

/** The packages that are named by declarations within reach of `entries`, each with the file that names it. */
export function packagesDeclared(entries: readonly string[]): Map<string, string> {
  const packages = new Map<string, string>();
  const seen = new Set(entries);
  for (const file of seen) {
    for (const { from } of importsOf(readFileSync(file, 'utf8'))) {
      if (from === null) throw new Error(`${file}: an import that cannot be read`);
      if (from.startsWith('.')) seen.add(path.resolve(path.dirname(file), from.replace(/\.[jt]s$/, '.d.ts')));
      else packages.set(/^(?:@[^/]+\/)?[^/]+/.exec(from)?.[0] ?? from, file);
    }
  }
  return packages;
}
