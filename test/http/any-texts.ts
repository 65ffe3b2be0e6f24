/** Texts of every kind that is accepted, those that others have lost or taken for others often among them. */
import fc from 'fast-check';

/** A byte order mark, line separators, marks without a letter, replacement and other characters that are none, and what URLs and lists use. */
const ODD =
  '\ufeff \u2028 \u2029 \u0301 \u0345 e\u0301 é \u200d \u202e \ufffd \uffff \ufdd0 \u{1fffe} \u{10ffff} 😀 \u00a0 . / \\ ? # % %2F + & = ; , " \' {} null'
    .split(' ')
    .concat(' ');
const ODD_IN_FREE = ['\n', '\r\n', '\t', '\u0001', '\u001b', '\u007f', '\u0085'];

const CONTROL = /\p{Cc}/u;
const any = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).filter((text) => text !== '\u0000');

const textOf = (unit: fc.Arbitrary<string>) => fc.string({ unit, minLength: 0, maxLength: 5 });
const PLAIN = textOf(
  fc.oneof(
    fc.constantFrom(...ODD),
    any.filter((text) => !CONTROL.test(text)),
  ),
);

/** An id that no other has which was made with another `nth`. */
export const anyId = (nth: () => number): fc.Arbitrary<string> =>
  fc.tuple(fc.oneof(PLAIN, fc.constant('\ufeff')), PLAIN).map(([start, end]) => `${start}${nth()}${end}`);

/** What a person may write: line breaks, tabs and all. */
export const anyText: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('', '', '\ufeff'), textOf(fc.oneof(fc.constantFrom(...ODD, ...ODD_IN_FREE), any)))
  .map((parts) => parts.join(''))
  .filter((text) => text !== '');

/** In the order of their bytes, which is that of the lists. */
export const byBytes = (texts: readonly string[]): string[] =>
  texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
