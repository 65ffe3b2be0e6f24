/** Plants a bug in a temporary copy of the sources, and simulates that copy until a law is broken. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Change, PlantedBug } from './planted-bugs.ts';
import type { Summary } from './run-seeds.ts';
import { simulate } from './simulate.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COPIED = ['src', 'test/simulation', 'test/support', 'test/history', 'test/journal', 'package.json'];
/** A copy that hangs is ended. */
const PATIENCE_MS = 240_000;

export interface Hunt {
  /** Seeds until a law was broken; `null` when none was. */
  readonly seeds: number | null;
  /** The first violation. */
  readonly found: string;
}

/**
 * Runs seeds from 1 on, at most `seedsMax`. Rejects when the bug's text does not stand in its file exactly once, and when the world that
 * found it breaks a law without the bug as well.
 */
export async function hunt(bug: PlantedBug, seedsMax: number): Promise<Hunt> {
  const copy = await mkdtemp(path.join(tmpdir(), 'planted-'));
  try {
    for (const part of COPIED) await cp(path.join(ROOT, part), path.join(copy, part), { recursive: true });
    await symlink(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
    for (const change of bug.changes) await plant(copy, change);
    const runSeeds = pathToFileURL(path.join(copy, 'test/simulation/run-seeds.ts')).href;
    const program = `import { runSeeds } from ${JSON.stringify(runSeeds)};
      process.stdout.write(JSON.stringify(await runSeeds(1, ${seedsMax}, true)));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      timeout: PATIENCE_MS,
      maxBuffer: 2 ** 28,
    });
    const { seeds, broken } = JSON.parse(stdout) as Summary;
    const [first] = broken;
    if (first === undefined) return { seeds: null, found: '' };
    // A world in which a law is broken without the bug says nothing of the bug.
    const { violations } = await simulate(first.seed);
    if (violations.length > 0) throw new Error(`seed ${first.seed} breaks a law without a bug: ${violations[0]}`);
    return { seeds, found: first.violations[0] ?? '' };
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function plant(copy: string, change: Change): Promise<void> {
  const file = path.join(copy, change.file);
  await writeFile(file, changed(await readFile(file, 'utf8'), change));
}

/** The text of a file with the bug in it. Throws when what is to be replaced does not stand in it exactly once. */
export function changed(source: string, { file, text, instead }: Change): string {
  const parts = source.split(text);
  if (parts.length !== 2) throw new Error(`${file}: "${text}" stands there ${parts.length - 1} times`);
  return parts.join(instead);
}
