/** Settings: what they become, and that every wrong one is named without giving a password away. */
import { chmodSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { testKeys } from './support/keys.ts';

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
        defaultFreight: 0,
        cartIdleDays: 30,
        residentsMax: 20_000,
        logLevel: 'info',
        apiKeys: null,
        ratePerKey: 0,
        ratePerAddress: 0,
        connectionsMax: 10_000,
        eventLoopDelayMaxMs: 1000,
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
    [{ HOST: '127.3.2.1' }, { host: '127.3.2.1' }],
    [{ HOST: 'localhost' }, { host: 'localhost' }],
    [{ HOST: 'LocalHost' }, { host: 'LocalHost' }],
    [{ HOST: '0:0::1' }, { host: '0:0::1' }],
    [{ HOST: '::1' }, { host: '::1' }],
    [{ PORT: '0' }, { port: 0 }],
    [{ PORT: '65535' }, { port: 65_535 }],
    [{ DATA_DIR: '/var/lib/stock keeper' }, { database: { dataDir: '/var/lib/stock keeper' } }],
    [
      { DEFAULT_FREIGHT: '490', CART_IDLE_DAYS: '1' },
      { defaultFreight: 490, cartIdleDays: 1 },
    ],
    [{ RESIDENTS_MAX: '100' }, { residentsMax: 100 }],
    [{ RESIDENTS_MAX: '10000000' }, { residentsMax: 10_000_000 }],
    [{ LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
    [{ CONNECTIONS_MAX: '1' }, { connectionsMax: 1 }],
    [{ EVENT_LOOP_DELAY_MAX_MS: '0' }, { eventLoopDelayMaxMs: 0 }],
    [{ RATE_LIMIT_PER_ADDRESS: '7' }, { ratePerKey: 0, ratePerAddress: 7 }],
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
    ['RATE_LIMIT_PER_KEY', '-1'],
    ['RATE_LIMIT_PER_ADDRESS', '10/s'],
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

/** Where others than this machine are. */
const ELSEWHERE = [
  '0.0.0.0',
  '::',
  '192.168.1.7',
  'fe80::1%eth0',
  '2001:db8::1',
  '126.0.0.1',
  'stock.example.org',
  '127.0.0.1.evil',
];

describe('without keys', () => {
  it.each([...ELSEWHERE, 'localhost.example.org', '0', '127.1'])(
    'nobody else is served: HOST=%s is refused, with what to do',
    (HOST) => {
      const faults = faultsOf({ HOST });
      expect(faults).toHaveLength(1);
      expect(faults[0]).toContain(`HOST is "${HOST}"`);
      expect(faults[0]).toContain('npm run keys -- add');
    },
  );
});

describe('with keys', () => {
  it.each(ELSEWHERE)('the service may be reached from elsewhere: HOST=%s', (HOST) => {
    using keys = testKeys();
    expect(readConfig({ HOST, API_KEYS_FILE: keys.file })).toMatchObject({ ok: true, config: { host: HOST } });
  });

  it('they are read, and requests are limited', () => {
    using keys = testKeys();
    const read = readConfig({ API_KEYS_FILE: keys.file, RATE_LIMIT_PER_ADDRESS: '0' });
    const apiKeys = { file: keys.file, keys: keys.entries, warnings: [] };
    expect(read).toMatchObject({ ok: true, config: { apiKeys, ratePerKey: 20_000, ratePerAddress: 0 } });
  });

  it('a file that is missing is a fault, and says how to make one', () => {
    const faults = faultsOf({ API_KEYS_FILE: '/no/such/keys.json', HOST: '0.0.0.0' });
    expect(faults).toEqual([
      'API_KEYS_FILE "/no/such/keys.json" does not exist: make a key with "npm run keys -- add", see --help',
    ]);
    expect(faultsOf({ API_KEYS_FILE: 'nul\0byte' })).toHaveLength(1);
  });

  it('every fault of the file is named at once, with those of the other settings', () => {
    using keys = testKeys();
    writeFileSync(
      keys.file,
      JSON.stringify({
        keys: [
          { ...keys.entries[0], role: 'boss', expiresAt: undefined },
          { ...keys.entries[1], name: '', expiresAt: undefined },
        ],
      }),
    );
    expect(faultsOf({ API_KEYS_FILE: keys.file, PORT: 'x' })).toEqual([
      'PORT is "x": it must be a whole number from 0 to 65535',
      `API_KEYS_FILE "${keys.file}" keys[0].role must be one of reader, shop, stock, admin`,
      `API_KEYS_FILE "${keys.file}" keys[1].name must be 1 to 64 letters, digits, dots, dashes or underscores`,
    ]);
  });

  it('a file that others may write is refused, one that others may read is taken with a warning', () => {
    using keys = testKeys();
    chmodSync(keys.file, 0o620);
    expect(faultsOf({ API_KEYS_FILE: keys.file })[0]).toContain('chmod 600');
    chmodSync(keys.file, 0o640);
    const warnings = [expect.stringContaining('chmod 600')];
    expect(readConfig({ API_KEYS_FILE: keys.file })).toMatchObject({ ok: true, config: { apiKeys: { warnings } } });
  });
});
