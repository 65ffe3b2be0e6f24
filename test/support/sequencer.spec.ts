import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { FIRST, rankOf } from './sequencer.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SPECS = readdirSync(`${ROOT}/test`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.spec.ts'))
  .map((file) => `test/${file}`);

it('puts the files that take longest first, and has no entry without a file', () => {
  const ranked = SPECS.toSorted((one, other) => rankOf(one) - rankOf(other));
  expect(ranked[0]).toContain('test/tools/faults/');
  expect(FIRST.filter((beginning) => !SPECS.some((file) => file.startsWith(beginning)))).toEqual([]);
});
