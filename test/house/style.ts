/** The habits that no linter knows, as functions from a file's path and text to its faults in words. */
import { code } from './imports.ts';

export const LINES_MAX = 250;

const RULES = /^shop\//;
const IMPURE =
  /\b(?:Date|performance|process|globalThis|crypto|setTimeout|setInterval|setImmediate|queueMicrotask|fetch|console|Temporal)\b|\bMath\.random\b/;
const NO_WORD = /^(?:utils?|helpers?|common|misc|shared)$/;
const HOLLOW = /\b(?:class|interface|type|function|const)\s+(?:(\w+(?:Service|Manager|Impl))|(I[A-Z][a-z]\w*))\b/;

/** Faults of one file of `src`; `file` is its path below `src`, with `/`. */
export function sourceFaults(file: string, text: string): string[] {
  const faults: string[] = [];
  const bare = code(text, { texts: false });
  const lines = text.trimEnd().split('\n').length;
  if (lines > LINES_MAX) faults.push(`${file}: ${lines} lines, above ${LINES_MAX}`);
  if (!/^(?:#!.*\n)?\/\*\*/.test(text)) faults.push(`${file}: does not open with what it is for`);
  if (/^\s*export\s+default\b|\bas\s+default\b/m.test(bare)) faults.push(`${file}: a default export`);
  if (file.split(/[/.]/).some((word) => NO_WORD.test(word))) faults.push(`${file}: its name says nothing`);
  const hollow = HOLLOW.exec(bare);
  if (hollow !== null) faults.push(`${file}: ${hollow[1] ?? hollow[2] ?? ''} says nothing by its ending or beginning`);
  const impure = RULES.test(file) ? IMPURE.exec(bare) : null;
  if (impure !== null) faults.push(`${file}: a rule uses ${impure[0]}`);
  return faults;
}

/** Faults of one test file. */
export function testFaults(file: string, text: string): string[] {
  const titles = text.matchAll(/\b(?:it|test)(?:\.\w+)*(?:\([^()]*\))?\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g);
  return Array.from(titles, (match) => match[2] ?? '')
    .filter((title) => /\bshould\b/.test(title))
    .map((title) => `${file}: "${title}" should say what is, in the present tense`);
}
