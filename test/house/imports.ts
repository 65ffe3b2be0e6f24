/** Reads what a module imports, from its text: the rules of the house need the lines alone, not a compiler. */

export interface Import {
  /** As written; `null` for a dynamic import whose target cannot be read. */
  readonly from: string | null;
  /** Nothing of it is there when the program runs. */
  readonly typesOnly: boolean;
}

/** The text without comments; with `texts: false` also without what stands in quotes. Line breaks stay. */
export function code(text: string, options: { readonly texts: boolean }): string {
  const tokens = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g;
  return text.replace(tokens, (token) => {
    if (token.startsWith('/')) return token.replace(/[^\n]/g, ' ');
    return options.texts ? token : `${token[0]}${token[0]}`;
  });
}

export function importsOf(text: string): Import[] {
  const found: Import[] = [];
  const source = code(text, { texts: true });
  for (const match of source.matchAll(/^\s*(?:import|export)\b([^'";=()]*)\bfrom\s*['"]([^'"]+)['"]/gm)) {
    found.push({ from: match[2] ?? null, typesOnly: namesOnlyTypes(match[1] ?? '') });
  }
  for (const match of source.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm)) {
    found.push({ from: match[1] ?? null, typesOnly: false });
  }
  for (const match of source.matchAll(/\bimport\s*\(\s*(?:(['"])([^'"]+)\1\s*\)(\.[A-Z])?)?/g)) {
    // `import('x').Word` in a type position counts as a value, too: write an import line.
    found.push({ from: match[2] ?? null, typesOnly: false });
  }
  for (const match of source.matchAll(/\brequire\s*\(\s*['"]([^'"]+)['"]/g)) {
    found.push({ from: match[1] ?? null, typesOnly: false });
  }
  return found;
}

function namesOnlyTypes(clause: string): boolean {
  if (/^\s*type\b/.test(clause)) return true;
  const named = /^\s*\{([\s\S]*)\}\s*$/.exec(clause)?.[1];
  const names = named?.split(',').filter((name) => name.trim() !== '') ?? [];
  return names.length > 0 && names.every((name) => /^\s*type\s/.test(name));
}
