/** Settings from the environment. All wrong settings are named at once. An empty setting counts as not set. */
import { BlockList, isIP } from 'node:net';
import type { DatabaseSettings } from './db/open.ts';
import type { KeysSettings } from './keys/hold-keys.ts';
import { readKeysFile } from './keys/keys-file.ts';
import { toolCall } from './lib/tool-call.ts';
import { COUNTER_MAX } from './shop/skus/sku.ts';

export interface Config {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly database: DatabaseSettings;
  /** How many SKUs and orders may be in memory. */
  readonly residentsMax: number;
  readonly logLevel: string;
  /** `null` when there are none. The service is then reached from this machine alone. */
  readonly apiKeys: KeysSettings | null;
  /** Requests a second, 0 for no limit. */
  readonly ratePerKey: number;
  readonly ratePerAddress: number;
  readonly connectionsMax: number;
  /** The freight of a checkout that names none, minor units. */
  readonly defaultFreight: number;
  /** A cart that nobody has changed for this many days is swept. */
  readonly cartIdleDays: number;
  /** Milliseconds, 0 for no limit. */
  readonly eventLoopDelayMaxMs: number;
}

/** A fault names the setting, what it got (never a password) and what it must be. */
export type ConfigRead =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly faults: readonly string[] };

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** More than a busy shop asks for, less than a client in a loop. */
const RATE_PER_KEY = 20_000;
const RATE_PER_ADDRESS = 20_000;
const RATE_MAX = 1_000_000;

/** Reads the settings of one process, and the keys file that they name. `env` has the shape of `process.env`. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): ConfigRead {
  const faults: string[] = [];
  const given = (name: string): string | null => env[name] || null;
  const fault = (name: string, got: string, must: string) => faults.push(worded(name, got, must));

  const text = (name: string, otherwise: string, isRight: (value: string) => boolean, must: string): string => {
    const value = given(name) ?? otherwise;
    if (!isRight(value)) fault(name, JSON.stringify(value), must);
    return value;
  };
  const integer = (name: string, otherwise: number, lowest: number, highest: number): number => {
    const value = text(
      name,
      String(otherwise),
      (digits) => /^[0-9]{1,10}$/.test(digits) && Number(digits) >= lowest && Number(digits) <= highest,
      `a whole number from ${lowest} to ${highest}`,
    );
    return Number(value);
  };

  const keysFile = given('API_KEYS_FILE');
  const limited = (perSecond: number): number => (keysFile === null ? 0 : perSecond);
  const config: Config = {
    host: text('HOST', '127.0.0.1', isHost, 'a host name or an IP address to listen on, without a port'),
    port: integer('PORT', 3000, 0, 65_535),
    database: databaseSettings(given, fault),
    residentsMax: integer('RESIDENTS_MAX', 20_000, 100, 10_000_000),
    logLevel: text('LOG_LEVEL', 'info', (level) => LOG_LEVELS.includes(level), `one of ${LOG_LEVELS.join(', ')}`),
    apiKeys: keysFile === null ? null : keysSettings(keysFile, (words) => faults.push(words)),
    ratePerKey: integer('RATE_LIMIT_PER_KEY', limited(RATE_PER_KEY), 0, RATE_MAX),
    ratePerAddress: integer('RATE_LIMIT_PER_ADDRESS', limited(RATE_PER_ADDRESS), 0, RATE_MAX),
    defaultFreight: integer('DEFAULT_FREIGHT', 0, 0, COUNTER_MAX),
    cartIdleDays: integer('CART_IDLE_DAYS', 30, 1, 3650),
    connectionsMax: integer('CONNECTIONS_MAX', 10_000, 1, 1_000_000),
    eventLoopDelayMaxMs: integer('EVENT_LOOP_DELAY_MAX_MS', 1000, 0, 60_000),
  };
  if (keysFile === null && isHost(config.host) && !isLoopback(config.host)) {
    faults.push(
      `HOST is ${JSON.stringify(config.host)}: without API keys it must be 127.0.0.1, ::1 or localhost, for ` +
        `everyone who reaches the service may do everything. Make a key with "${toolCall('keys')} add --file ` +
        'api-keys.json --name shop --role shop" and set API_KEYS_FILE=api-keys.json',
    );
  }
  return faults.length === 0 ? { ok: true, config } : { ok: false, faults };
}

/** Which database the settings name, whatever else they say. This is for the tools beside the service. */
export function readDatabaseSettings(env: Readonly<Record<string, string | undefined>>): {
  readonly settings: DatabaseSettings;
  readonly faults: readonly string[];
} {
  const faults: string[] = [];
  const settings = databaseSettings(
    (name) => env[name] || null,
    (name, got, must) => faults.push(worded(name, got, must)),
  );
  return { settings, faults };
}

const worded = (name: string, got: string, must: string): string => `${name} is ${got}: it must be ${must}`;

/** A host name, or an IPv4 or IPv6 address. Listening finds out whether it exists. */
function isHost(value: string): boolean {
  return (
    /^[A-Za-z0-9_.-]+$/.test(value) || /^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9_.-]+)?$/.test(value)
  );
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host.toLowerCase() === 'localhost';
  return LOOPBACK.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

/** Faults name the place in the file, never a value in it. */
function keysSettings(file: string, fault: (words: string) => void): KeysSettings {
  const read = file.includes('\0') ? { kind: 'absent' as const } : readKeysFile(file);
  const named = `API_KEYS_FILE ${JSON.stringify(file)}`;
  if (read.kind === 'read') return { file, keys: read.keys, warnings: read.warnings };
  const faults =
    read.kind === 'wrong' ? read.faults : [`does not exist: make a key with "${toolCall('keys')} add", see --help`];
  for (const words of faults) fault(`${named} ${words}`);
  return { file, keys: [], warnings: [] };
}

function databaseSettings(
  given: (name: string) => string | null,
  fault: (name: string, got: string, must: string) => void,
): DatabaseSettings {
  const url = given('DATABASE_URL');
  if (url === null) {
    const dataDir = given('DATA_DIR') ?? './data';
    if (dataDir.includes('\0')) fault('DATA_DIR', JSON.stringify(dataDir), 'the path of a folder');
    return { dataDir };
  }
  if (!isPostgresUrl(url)) {
    fault(
      'DATABASE_URL',
      shownUrl(url),
      'postgres://user:password@host:port/database, with special characters percent-encoded (@ as %40, / as %2F)',
    );
  }
  return { url };
}

function isPostgresUrl(value: string): boolean {
  if (!/^postgres(ql)?:\/\//.test(value) || !URL.canParse(value)) return false;
  const { pathname, hash } = new URL(value);
  // A password with an unescaped `/`, `@` or `#` spills over into these parts.
  return /^\/?[^/@]*$/.test(pathname) && hash === '';
}

/** Shows only the scheme. In a URL that is wrong, the password may be anywhere. */
function shownUrl(value: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(value)?.[0];
  return scheme === undefined ? 'something that is not a URL' : `"${scheme}…"`;
}
