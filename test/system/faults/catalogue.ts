/** The rows that there are: each module `NN-name.ts` of this folder is one. */
import { readdir } from 'node:fs/promises';
import type { Fault } from './fault.ts';

/** All rows, in order. Rejects when a module is not what its name says, or two are the same row. */
export async function loadFaults(): Promise<readonly Fault[]> {
  const files = (await readdir(new URL('.', import.meta.url))).filter((file) => /^\d\d-.*\.ts$/.test(file)).sort();
  const faults: Fault[] = [];
  for (const file of files) {
    const { fault } = (await import(new URL(file, import.meta.url).href)) as { fault?: Fault };
    if (fault?.row !== Number(file.slice(0, 2))) throw new Error(`${file} does not export the fault of its row`);
    if (fault.row === faults.at(-1)?.row) throw new Error(`row ${fault.row} is there twice`);
    faults.push(fault);
  }
  return faults;
}
