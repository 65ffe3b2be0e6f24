/** The rows that there are: each module `NN-name.ts` of this folder is one, or a part of one. */
import { readdir } from 'node:fs/promises';
import type { Fault } from './fault.ts';

/** All rows, in order. Rejects when a module is not what its name says. */
export async function loadFaults(): Promise<readonly Fault[]> {
  const files = (await readdir(new URL('.', import.meta.url))).filter((file) => /^\d\d-.*\.ts$/.test(file)).sort();
  const faults: Fault[] = [];
  for (const file of files) {
    const { fault } = (await import(new URL(file, import.meta.url).href)) as { fault?: Fault };
    if (fault?.row !== Number(file.slice(0, 2))) throw new Error(`${file} does not export the fault of its row`);
    faults.push(fault);
  }
  return faults;
}
