/** `npm run sizes`: what the package brings along, with sizes, installed into an empty folder with and without the embedded database. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { emptyProject, pack } from './project.ts';

interface Installed {
  readonly name: string;
  readonly version: string;
  readonly bytes: number;
}

/** Packages within packages are counted by themselves. */
function bytesBelow(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? sum : sum + bytesBelow(place);
    return entry.isFile() ? sum + statSync(place).size : sum;
  }, 0);
}

/** As npm itself took down what it installed; the largest first. */
function installedIn(folder: string): Installed[] {
  const file = path.join(folder, 'node_modules', '.package-lock.json');
  const { packages }: { packages: Record<string, { version: string }> } = JSON.parse(readFileSync(file, 'utf8'));
  return Object.entries(packages)
    .map(([place, { version }]) => ({
      name: place.replace(/^.*node_modules\//, ''),
      version,
      bytes: bytesBelow(path.join(folder, place)),
    }))
    .toSorted((one, other) => other.bytes - one.bytes);
}

const shown = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

function tell(title: string, installed: readonly Installed[], named: number): void {
  const sum = (of: readonly Installed[]) => shown(of.reduce((total, { bytes }) => total + bytes, 0));
  console.log(`\n${title}: ${installed.length} packages, ${sum(installed)}`);
  for (const { name, version, bytes } of installed.slice(0, named)) {
    console.log(`${shown(bytes).padStart(9)}  ${name}@${version}`);
  }
  const rest = installed.slice(named);
  if (rest.length > 0) console.log(`${sum(rest).padStart(9)}  ${rest.length} more, of which none is larger`);
}

const { values } = parseArgs({ options: { all: { type: 'boolean' } } });
const named = values.all === true ? Number.POSITIVE_INFINITY : 12;
using elsewhere = emptyProject();
const file = await pack(elsewhere.folder);
console.log(`${path.basename(file)}: ${shown(statSync(file).size)} packed`);
for (const [title, options] of [
  ['npm install stock-keeper', []],
  ['npm install --omit=optional stock-keeper', ['--omit=optional']],
] as const) {
  using project = emptyProject();
  const begun = performance.now();
  await project.install(...options, file);
  tell(`${title}, ${((performance.now() - begun) / 1000).toFixed(1)} s`, installedIn(project.folder), named);
}
