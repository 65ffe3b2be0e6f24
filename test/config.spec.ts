/** Settings: what they become, and that every wrong one is named without giving a password away. */
import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';

function faultsOf(env: Record<string, string>): readonly string[] {
  const read = readConfig(env);
  return read.ok ? [] : read.faults;
}

describe('an environment without settings', () => {
  it('serves on this machine from a folder beside', () => {
    expect(readConfig({ PATH: '/bin' })).toEqual({
      ok: true,
      config: {
        host: '127.0.0.1',
        port: 3000,
        database: { dataDir: './data' },
        residentsMax: 20_000,
        logLevel: 'info',
      },
    });
  });

  it('is what empty settings mean', () => {
    const empty = { HOST: '', PORT: '', DATA_DIR: '', DATABASE_URL: '', API_KEYS_FILE: '', RESIDENTS_MAX: '' };
    expect(readConfig(empty)).toEqual(readConfig({}));
  });
});

describe('settings that are right', () => {
  it.each([
    [{ HOST: '0.0.0.0' }, { host: '0.0.0.0' }],
    [{ HOST: '::1' }, { host: '::1' }],
    [{ HOST: 'fe80::1%eth0' }, { host: 'fe80::1%eth0' }],
    [{ HOST: 'stock.example.org' }, { host: 'stock.example.org' }],
    [{ PORT: '0' }, { port: 0 }],
    [{ PORT: '65535' }, { port: 65_535 }],
    [{ DATA_DIR: '/var/lib/stock keeper' }, { database: { dataDir: '/var/lib/stock keeper' } }],
    [{ RESIDENTS_MAX: '100' }, { residentsMax: 100 }],
    [{ RESIDENTS_MAX: '10000000' }, { residentsMax: 10_000_000 }],
    [{ LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
  ])('%o becomes %o', (env, config) => {
    expect(readConfig(env)).toMatchObject({ ok: true, config });
  });

  it.each([
    'postgres://keeper@db/stock',
    'postgresql://keeper:p%40ss%2Fword@db:6432/stock?sslmode=require',
    'postgres:///stock?host=/var/run/postgresql',
    'postgres://db',
  ])('the server is %s', (url) => {
    expect(readConfig({ DATABASE_URL: url })).toMatchObject({ ok: true, config: { database: { url } } });
  });
});

describe('a server and a folder', () => {
  it('are the server: it stands instead of the embedded database', () => {
    const read = readConfig({ DATA_DIR: './data', DATABASE_URL: 'postgres://db/stock' });
    expect(read).toMatchObject({ ok: true, config: { database: { url: 'postgres://db/stock' } } });
  });
});

describe('settings that are wrong', () => {
  it.each([
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '3000.5'],
    ['PORT', '0x50'],
    ['PORT', ' 80'],
    ['PORT', 'http'],
    ['RESIDENTS_MAX', '99'],
    ['RESIDENTS_MAX', '10000001'],
    ['RESIDENTS_MAX', '1e3'],
    ['LOG_LEVEL', 'loud'],
    ['HOST', 'http://localhost'],
    ['HOST', '127.0.0.1:3000'],
    ['HOST', 'two words'],
    ['DATA_DIR', 'nul\0byte'],
  ])('%s=%j is named with what it got', (name, value) => {
    const faults = faultsOf({ [name]: value });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`${name} is ${JSON.stringify(value)}: it must be `);
  });

  it('are all named at once', () => {
    const faults = faultsOf({
      HOST: '?',
      PORT: 'x',
      RESIDENTS_MAX: '1',
      LOG_LEVEL: 'x',
      DATABASE_URL: 'x',
    });
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
      'HOST',
      'PORT',
      'DATABASE_URL',
      'RESIDENTS_MAX',
      'LOG_LEVEL',
    ]);
  });

  it('refuse keys that this version would not check', () => {
    expect(faultsOf({ API_KEYS_FILE: '/etc/keys' })[0]).toMatch(/^API_KEYS_FILE is set: it must not be/);
  });

  it.each([
    'mysql://keeper:hunter2@db/stock',
    'keeper:hunter2@db/stock',
    'postgres:keeper:hunter2@db/stock',
    'postgres://keeper:hun/hunter2@db/stock',
    'postgres://keeper:12/hunter2@db/stock',
    'postgres://keeper:12#hunter2@db/stock',
    'postgres://keeper:12/hunter2/stock',
    'postgres://keeper:hunter2@db:port/stock',
  ])('do not show the password in %s', (url) => {
    const faults = faultsOf({ DATABASE_URL: url });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^DATABASE_URL is .*: it must be postgres:\/\//);
    expect(faults[0]).not.toContain('hunter2');
  });
});
