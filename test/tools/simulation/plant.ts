/** Plants a bug in temporary copies of its files, and simulates the sources with these in their place until a law is broken. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Change, PlantedBug } from './planted-bugs.ts';
import type { Summary } from './run-seeds.ts';
import { simulate } from './simulate.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** A simulation that hangs is ended. */
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
  const folder = await mkdtemp(path.join(tmpdir(), 'planted-'));
  try {
    const runSeeds = new URL('run-seeds.ts', import.meta.url).href;
    const program = `${withPlanted(await planted(folder, bug))}
      const { runSeeds } = await import(${JSON.stringify(runSeeds)});
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
    await rm(folder, { recursive: true, force: true });
  }
}

/** The files with the bug in them, written to `folder`: of each, the address as it stands in the sources and that of the copy. */
async function planted(folder: string, { changes }: PlantedBug): Promise<[string, string][]> {
  const texts = new Map<string, string>();
  for (const change of changes) {
    const text = texts.get(change.file) ?? (await readFile(path.join(ROOT, change.file), 'utf8'));
    texts.set(change.file, changed(text, change));
  }
  const addresses: [string, string][] = [];
  for (const [file, text] of texts) {
    const copy = path.join(folder, `${addresses.length}-${path.basename(file)}`);
    await writeFile(copy, text);
    addresses.push([pathToFileURL(path.join(ROOT, file)).href, pathToFileURL(copy).href]);
  }
  return addresses;
}

/** Program text: whoever imports a planted file gets its copy, and the copy imports what the file would. */
const withPlanted = (addresses: readonly [string, string][]): string => `
  import { registerHooks } from 'node:module';
  const copyOf = new Map(${JSON.stringify(addresses)});
  const originalOf = new Map([...copyOf].map(([original, copy]) => [copy, original]));
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, { ...context, parentURL: originalOf.get(context.parentURL) ?? context.parentURL });
      return { ...found, url: copyOf.get(found.url) ?? found.url };
    },
  });`;

/** The text of a file with the bug in it. Throws when what is to be replaced does not stand in it exactly once. */
export function changed(source: string, { file, text, instead }: Change): string {
  const parts = source.split(text);
  if (parts.length !== 2) throw new Error(`${file}: "${text}" stands there ${parts.length - 1} times`);
  return parts.join(instead);
}
