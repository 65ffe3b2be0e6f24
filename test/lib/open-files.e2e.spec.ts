import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { connectionsWithin } from '../../src/lib/open-files.ts';

const MODULE = fileURLToPath(new URL('../../src/lib/open-files.ts', import.meta.url));

describe('a process whose files are limited', () => {
  it('knows the limit', () => {
    const program = `import(${JSON.stringify(MODULE)}).then(({ openFilesMax }) => console.log(openFilesMax()))`;
    const asked = execFileSync('/bin/sh', ['-c', 'ulimit -n 777 && exec "$@"', 'sh', process.execPath, '-e', program]);
    expect(Number(asked)).toBe(777);
  });
});

describe('connections', () => {
  it.each([
    [1024, 768],
    [300, 150],
    [20_000, 19_744],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])('leave files for everything else: of %d at most %d', (files, connections) => {
    expect(connectionsWithin(files)).toBe(connections);
  });
});
