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

/** Where things of any kind are decided, recorded and shown: what they are is said in `shop` and `api`. */
const ENGINES = /^(keeper\/|journal\/(journal|merge)\.ts$|http\/(routes|answers)\.ts$)/;
/** It asks for what is overdue and idle, each by its name. */
const SAYS_WHAT_IT_SWEEPS = 'keeper/sweeper.ts';
const NOUN = /\b(safetyStock|carts?|cartId|cancel\w*|checkout\w*|products?|productId)\b/g;

/** What the compiler reads. */
const codeOf = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');

const nounsIn = (text: string): string[] => codeOf(text).match(NOUN) ?? [];

describe('an engine', () => {
  it('says no noun of the shop', () => {
    const engines = TEXTS.filter(({ file }) => ENGINES.test(file) && file !== SAYS_WHAT_IT_SWEEPS);
    expect(engines.length).toBeGreaterThan(20);
    expect(engines.flatMap(({ file, text }) => nounsIn(text).map((noun) => `${file}: ${noun}`))).toEqual([]);
  });

  it.each([
    ["if (command.kind === 'checkout') return;", ['checkout']],
    ['const { cartId, safetyStock } = row;', ['cartId', 'safetyStock']],
    ['// A cart.\n/* cancel */ const kinds = 1;', []],
  ])('is caught with one: %s', (text, nouns) => {
    expect(nounsIn(text)).toEqual(nouns);
  });
});

describe('a line of src', () => {
  /** SQL that databases have run stays as it is. */
  const isMigration = (file: string) => file.startsWith('db/migrations/');

  it('ends at 120 columns', () => {
    const wide = TEXTS.filter(({ file }) => !isMigration(file)).flatMap(({ file, text }) =>
      text.split('\n').flatMap((line, at) => (line.length > 120 ? [`${file}:${at + 1}`] : [])),
    );
    expect(wide).toEqual([]);
  });
});
