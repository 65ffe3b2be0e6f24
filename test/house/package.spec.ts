/** Guards the promises of the package: exact versions and no registry's address in the lock file. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { nodeFault, OLDEST_NODE } from '../../src/lib/node-version.js';
import { completed, type LockFile, missingPlatforms } from './lock-file.ts';

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

interface Manifest {
  readonly engines: { readonly node: string };
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}
const manifest: Manifest = JSON.parse(read('package.json'));

describe('the package', () => {
  it('names exact versions alone', () => {
    const versions = [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].flatMap(
      Object.entries,
    );
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('has all of MikroORM in one version', () => {
    const { dependencies, devDependencies, optionalDependencies } = manifest;
    const orm = [dependencies, devDependencies, optionalDependencies]
      .flatMap(Object.entries)
      .filter(([name]) => name.startsWith('@mikro-orm/'));
    expect(new Set(orm.map(([, version]) => version)).size).toBe(1);
    // Who left the embedded database out is told which one to install.
    expect(read('src/db/open.ts')).toContain(`npm install @mikro-orm/pglite@${orm[0]?.[1]};`);
  });

  it('looks at its Node before anything that an older one would stumble over', () => {
    expect(manifest.engines.node).toBe(`>=${OLDEST_NODE}`);
    const { scripts } = manifest;
    const unlooked = Object.entries(scripts).filter(
      ([name, script]) =>
        /\bnode (?!--import \.\/src\/lib\/stop-old-node\.js )[^-]*\b(?:src|test)\/.*\.ts\b/.test(script) ||
        (script.includes('vitest') && scripts[`pre${name}`] !== 'node src/lib/stop-old-node.js'),
    );
    expect(unlooked).toEqual([]);
    for (const door of ['index', 'fastify', 'migrations', 'testing/index', 'bin']) {
      const [first] = /^import .*/m.exec(read(`src/${door}.ts`)) ?? [];
      expect(first).toMatch(door === 'bin' ? /stop-old-node\.js/ : /need-node\.js/);
    }
  });

  it.each([
    ['20.20.2', false],
    ['22.17.1', false],
    ['22.18.0', true],
    ['24.0.0', true],
    ['100.1.0', true],
  ])('knows whether Node %s will do: %s', (running, does) => {
    expect(nodeFault(running)).toEqual(does ? null : expect.stringContaining(`this is Node ${running} (`));
  });

  it('brings the embedded database here on any Node, and elsewhere unless it is left out', () => {
    // npm leaves an optional package out without a word where `engines` do not fit, as they do not on the Node 20 that may call `npm ci`.
    expect(manifest.devDependencies).toHaveProperty(['@mikro-orm/pglite']);
    expect(Object.keys(manifest.optionalDependencies)).toEqual(['@mikro-orm/pglite']);
  });

  it("takes the host's own Fastify, from the version on that is tested here", () => {
    const { packages }: LockFile = JSON.parse(read('package-lock.json'));
    expect(manifest.peerDependencies['fastify']).toBe(`^${packages['node_modules/fastify']?.version}`);
    // Else a service that is installed without development's packages would have none.
    expect(manifest.devDependencies).not.toHaveProperty('fastify');
  });

  it('locks versions and hashes, but no registry', () => {
    const lock = read('package-lock.json');
    expect(lock).toContain('"integrity": "sha512-');
    expect(lock).not.toContain('"resolved"');
  });

  it('runs the scripts of those packages alone that bring a program: Node, and PostgreSQL for one platform each', () => {
    const { packages }: LockFile = JSON.parse(read('package-lock.json'));
    const scripted = Object.entries(packages).flatMap(([place, { hasInstallScript }]) =>
      hasInstallScript === true ? [place.replace(/^.*node_modules\//, '')] : [],
    );
    expect(Object.keys(manifest.allowScripts).toSorted()).toEqual(scripted.toSorted());
    // What serves needs none of them.
    for (const name of scripted) expect(packages[`node_modules/${name}`]).toMatchObject({ dev: true });
  });

  it('locks the packages of every platform, also of those that nobody here works on', () => {
    const lock: LockFile = JSON.parse(read('package-lock.json'));
    expect(missingPlatforms(lock).map(({ name }) => name)).toEqual([]);
  });
});

describe('a release', () => {
  interface Job {
    readonly needs?: string;
    readonly permissions?: Readonly<Record<string, string>>;
    readonly steps: readonly { readonly run?: string; readonly uses?: string }[];
  }
  const text = read('.github/workflows/release.yml');
  const { on, jobs }: { on: unknown; jobs: { readonly test: Job; readonly publish: Job } } = parse(text);
  const commands = (job: Job) => job.steps.flatMap(({ run }) => run?.trimEnd().split('\n') ?? []);

  it('is made of a tag, and only of what passes all that a change must pass', () => {
    expect(on).toEqual({ push: { tags: ['v*'] } });
    expect(commands(jobs.test)).toContain('.ci/run');
    expect(jobs.publish.needs).toBe('test');
  });

  it('is published with provenance and without a token', () => {
    expect(commands(jobs.publish)).toContain('npm publish --provenance --access public');
    expect(jobs.publish.permissions).toHaveProperty('id-token', 'write');
    expect(jobs.test.permissions).toBeUndefined();
    expect(text).not.toContain('secrets.');
  });
});

describe('a lock file that lacks a platform', () => {
  const lock: LockFile = {
    lockfileVersion: 3,
    packages: {
      'node_modules/tool': {
        version: '1.2.3',
        dev: true,
        optionalDependencies: { '@tool/linux-x64-musl': '1.2.3', '@tool/darwin-arm64': '1.2.3' },
      },
      'node_modules/@tool/linux-x64-musl': { version: '1.2.3' },
    },
  };

  it('is found, and completed', () => {
    expect(missingPlatforms(lock).map(({ name }) => name)).toEqual(['@tool/darwin-arm64']);
    const whole = completed(lock);
    expect(missingPlatforms(whole)).toEqual([]);
    expect(whole.packages['node_modules/@tool/darwin-arm64']).toEqual({
      version: '1.2.3',
      cpu: ['arm64'],
      dev: true,
      optional: true,
      os: ['darwin'],
    });
    expect(Object.keys(whole.packages)[0]).toBe('node_modules/@tool/darwin-arm64');
  });

  it('is not completed by guessing', () => {
    const strange: LockFile = {
      packages: { 'node_modules/tool': { optionalDependencies: { 'fast-thing': '1.0.0' } } },
    };
    expect(() => completed(strange)).toThrow('which platform');
  });
});
