/** The package as it would be published, and empty projects that it is installed into. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** npm talks to a registry; what takes longer is told, and not waited for. */
export const TIMEOUT_MS = 240_000;

export interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. Rejects with all that it said when it fails, or takes too long. */
export async function run(cwd: string, program: string, ...args: readonly string[]): Promise<Said> {
  // Programs that are scripts, such as npm, run on the Node that runs this.
  const PATH = `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH'] ?? ''}`;
  try {
    return await promisify(execFile)(program, args, { cwd, env: { ...process.env, PATH }, timeout: TIMEOUT_MS });
  } catch (error) {
    const { killed, code, stdout, stderr } = error as Said & { readonly killed?: boolean; readonly code?: unknown };
    const how = killed === true ? `did not end within ${TIMEOUT_MS / 1000} s` : `ended with ${code}`;
    throw new Error(`${[program, ...args].join(' ')} ${how}\n${stdout}\n${stderr}`);
  }
}

export interface Project extends Disposable {
  readonly folder: string;
  write(name: string, text: string): void;
  /** Installs packages, by name or by file; options of npm as they are. None of their scripts is run. */
  install(...packages: readonly string[]): Promise<void>;
}

/** An empty project, gone with its scope. It has a manifest, else npm would look for one in the folders above. */
export function emptyProject(within = tmpdir()): Project {
  const folder = mkdtempSync(path.join(within, 'stock-keeper-package-'));
  const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
  write('package.json', '{ "private": true, "type": "module" }\n');
  return {
    folder,
    write,
    async install(...packages) {
      await run(
        folder,
        'npm',
        'install',
        '--ignore-scripts',
        '--prefer-offline',
        '--no-audit',
        '--no-fund',
        ...packages,
      );
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Builds and packs; answers with the file, in that folder. */
export async function pack(folder: string): Promise<string> {
  // What `prepack` does, with one checker in place of several that each check the same types anew: half of the processor time.
  await run(ROOT, 'npm', 'run', '--silent', 'build', '--', '--singleThreaded');
  const { stdout } = await run(ROOT, 'npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder);
  return path.join(folder, stdout.trim().split('\n').at(-1) ?? '');
}

/** Older Nodes weigh a hundred megabytes each: they are installed once, and kept until `npm ci` takes them away. */
const NODES = path.join(ROOT, 'node_modules', '.cache', 'older-nodes');
const folderOf = (name: string, version: string) => path.join(NODES, `${name}-${version}`);

/** Where the program of such a Node is, once it is installed. */
export const olderNode = (name: string, version: string): string =>
  path.join(folderOf(name, version), 'node_modules', name, 'bin', 'node');

export async function installOlderNodes(name: string, versions: readonly string[]): Promise<void> {
  await Promise.all(versions.map((version) => installOlderNode(name, version)));
}

async function installOlderNode(name: string, version: string): Promise<void> {
  if (existsSync(olderNode(name, version))) return;
  mkdirSync(NODES, { recursive: true });
  // Made aside and renamed, so that two runs at once never see half of it.
  using aside = emptyProject(NODES);
  await aside.install(`${name}@${version}`);
  try {
    renameSync(aside.folder, folderOf(name, version));
  } catch (error) {
    if (!existsSync(olderNode(name, version))) throw error;
  }
}
