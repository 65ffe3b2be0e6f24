/** Guards the promises of the package: exact versions and no registry's address in the lock file. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
const manifest: Manifest = JSON.parse(read('package.json'));

describe('the package', () => {
  it('names exact versions alone', () => {
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('has all of MikroORM in one version', () => {
    const orm = Object.entries(manifest.dependencies).filter(([name]) => name.startsWith('@mikro-orm/'));
    expect(new Set(orm.map(([, version]) => version)).size).toBe(1);
  });

  it('locks versions and hashes, but no registry', () => {
    const lock = read('package-lock.json');
    expect(lock).toContain('"integrity": "sha512-');
    expect(lock).not.toContain('"resolved"');
  });
});
