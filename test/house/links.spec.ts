/** Links of the documents lead somewhere: to a file of this repository, and to a heading of it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENTS = [
  'README.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'src/library/README.md',
  'src/testing/README.md',
  ...readdirSync(path.join(ROOT, 'docs')).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'));

/** As GitHub names them. */
const anchorsOf = (markdown: string): ReadonlySet<string> =>
  new Set(
    Array.from(markdown.matchAll(/^#+ (.*)$/gm), ([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

/** What is wrong with the links of a document. `read` answers the text of a file, `null` where there is none. */
function deadLinks(name: string, text: string, read: (file: string) => string | null): string[] {
  const prose = text.replace(/^```.*?^```$/gms, '');
  return Array.from(prose.matchAll(/\]\(([^)\s]+)\)/g), ([, to = '']) => to).flatMap((to) => {
    if (/^[a-z]+:/.test(to)) return [];
    const [file = '', anchor] = to.split('#');
    const target = file === '' ? name : path.posix.join(path.posix.dirname(name), file);
    const found = file === '' ? text : read(target);
    if (found === null) return [`${name}: ${to} is not there`];
    return anchor === undefined || anchorsOf(found).has(anchor) ? [] : [`${name}: ${to} has no such heading`];
  });
}

const read = (file: string): string | null => {
  const at = path.join(ROOT, file);
  if (!existsSync(at)) return null;
  return file.endsWith('.md') ? readFileSync(at, 'utf8') : '';
};

describe('the documents', () => {
  it.each(DOCUMENTS)('%s has no dead link', (name) => {
    expect(deadLinks(name, readFileSync(path.join(ROOT, name), 'utf8'), read)).toEqual([]);
  });
});

describe('a dead link', () => {
  it('is found: a file, a heading of another file, and one of its own', () => {
    const text = '# One\n[a](b.md) [b](README.md#none) [c](#two) [d](#one) [e](README.md) [f](https://example.org/x)';
    expect(deadLinks('docs/x.md', text, (file) => (file === 'docs/README.md' ? '# Some' : null))).toEqual([
      'docs/x.md: b.md is not there',
      'docs/x.md: README.md#none has no such heading',
      'docs/x.md: #two has no such heading',
    ]);
  });
});
