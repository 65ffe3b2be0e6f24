/**
 * Keeps `package-lock.json` whole. Where a registry carries a package for some platforms only, `npm install` leaves the others out of the
 * lock file, and `npm ci` refuses the file for that, here and everywhere. `node test/house/lock-file.ts --write` puts them in: with the
 * version that the parent asks for and the platform that the name tells, without a hash, for nobody here has seen the package.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}
export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
  readonly [field: string]: unknown;
}

interface Missing {
  readonly name: string;
  readonly version: string;
  readonly parent: LockedPackage;
}

/** Optional packages that a locked package asks for and that are not locked. */
export function missingPlatforms(lock: LockFile): Missing[] {
  return Object.entries(lock.packages).flatMap(([place, parent]) =>
    Object.entries(parent.optionalDependencies ?? {})
      .filter(
        ([name]) => !(`node_modules/${name}` in lock.packages || `${place}/node_modules/${name}` in lock.packages),
      )
      .map(([name, version]) => ({ name, version, parent })),
  );
}

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openbsd', 'netbsd', 'sunos', 'aix', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'x64', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32'];

/** The lock file with an entry for each missing platform. Throws when a name does not tell its platform or a version is not exact. */
export function completed(lock: LockFile): LockFile {
  const packages: Record<string, LockedPackage> = { ...lock.packages };
  for (const { name, version, parent } of missingPlatforms(lock)) {
    const words = name.split(/[/_.-]/);
    const os = SYSTEMS.find((system) => words.includes(system));
    const cpu = PROCESSORS.find((processor) => words.includes(processor));
    if (os === undefined || cpu === undefined || !/^\d+\.\d+\.\d+/.test(version)) {
      throw new Error(`${name}@${version}: which platform, which version?`);
    }
    const libc = os === 'linux' ? { libc: [words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc'] } : {};
    packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(parent.dev === true ? { dev: true } : {}),
      ...libc,
      optional: true,
      os: [os],
    };
  }
  const sorted = Object.entries(packages).sort(([one], [two]) => one.localeCompare(two, 'en'));
  return { ...lock, packages: Object.fromEntries(sorted) };
}

if (import.meta.main && process.argv.includes('--write')) {
  const file = new URL('../../package-lock.json', import.meta.url);
  const lock: LockFile = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, `${JSON.stringify(completed(lock), null, 2)}\n`);
}
