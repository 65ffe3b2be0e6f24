/** The patterns of the OpenAPI document, which are compiled by whoever reads it: with the flag `u`, as JSON Schema advises, or without, as the reference page does. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { standIn } from '../http/stand-in.ts';

/** Every pattern below a value, by its own text. */
function* patternsIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'pattern' && typeof inner === 'string') yield inner;
    else yield* patternsIn(inner);
  }
}

const { app } = await standIn();
const patterns = [...new Set(patternsIn((await app.inject('/openapi.json')).json()))];
await app.close();

const EDGES = ['', '.', '..', '...', '"7"', '*', 'EUR', 'cCpsPS{}', '\u0000', '\u001f', '\u007f', '\u0085', '\u009f'];
const UNITS = [
  '\ufeff',
  '\u2028',
  '\u2029',
  '\n',
  '\ud800',
  '\udbff',
  '\udc00',
  '\udfff',
  '😀',
  '\u{10ffff}',
  '\uffff',
  '.',
  'p',
];
const texts = fc.oneof(
  fc.constantFrom(...EDGES),
  fc.string({ unit: fc.constantFrom(...UNITS), maxLength: 6 }),
  fc.string({ unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)), maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

it('knows the patterns of the document', () => {
  expect(patterns.length).toBeGreaterThan(4);
});

const RUNS = { numRuns: 2000 } as const;

describe.each(patterns)('law: the pattern %s', (pattern) => {
  test.prop([texts], RUNS)('accepts the same with the flag u and without', (text) => {
    expect(new RegExp(pattern).test(text)).toBe(new RegExp(pattern, 'u').test(text));
  });
});

const has = (pattern: string, ...parts: readonly string[]) => parts.every((part) => pattern.includes(part));
const one = (...parts: readonly string[]) => new RegExp(patterns.find((pattern) => has(pattern, ...parts)) ?? '');
const CONTROL = /\p{Cc}/u;

describe('law: what cannot be kept is refused, and nothing else', () => {
  test.prop([texts], RUNS)('in an id', (text) => {
    const isKept = text.isWellFormed() && !CONTROL.test(text);
    expect(one('^[^\\u0000-\\u001f').test(text)).toBe(isKept);
    expect(one('(?!', '\\u0000-\\u001f').test(text)).toBe(isKept && text !== '.' && text !== '..');
  });

  test.prop([texts], RUNS)('in what people write', (text) => {
    expect(one('^[^\\u0000\\ud800').test(text)).toBe(text.isWellFormed() && !text.includes('\u0000'));
  });
});
