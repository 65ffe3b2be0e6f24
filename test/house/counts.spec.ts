/**
 * How many files of `src` name a sample field, command, refusal and kind: what saying one more of its kind would cost. A number may fall, and is then
 * lowered here; it may not grow.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));
const TEXTS = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(SRC + file, 'utf8') }));

const naming = (word: RegExp): string[] => TEXTS.filter(({ text }) => word.test(text)).map(({ file }) => file);

describe('files of src that name', () => {
  it.each([
    ['a field of a SKU', /\bsafetyStock\b/, 4],
    ['a command', /\b(mergeCarts|merge_carts)\b/, 3],
    ['a refusal', /\bcannot_increase\b/, 4],
    ['a kind of thing that is kept', /\bproducts?\b/, 39],
  ])('%s are no more than they were', (_what, word, most) => {
    const files = naming(word);
    expect(files.length, files.join('\n')).toBeGreaterThan(2);
    expect(files.length, files.join('\n')).toBeLessThanOrEqual(most);
  });
});
