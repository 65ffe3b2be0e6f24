/**
 * The order of the files in a run. Files that take long begin first, so that no worker is left alone with one of them
 * at the end. vitest's own order puts the largest file first, but the slowest files are small. Files of one entry keep
 * vitest's order.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Beginnings of paths, below the root. */
export const FIRST = [
  'test/tools/faults/',
  'test/package/',
  'test/testing/right-shops',
  'test/system/',
  'test/testing/',
  'test/library/',
  'test/fastify/',
  'test/tools/histories/',
  'test/tools/fuzz/',
  'test/tools/simulation/',
  'test/tools/bench/',
  'test/cli/',
  'test/keeper/memory/standings-interleavings',
  'test/ownership/ownership',
];

export function rankOf(file: string): number {
  const found = FIRST.findIndex((beginning) => file.startsWith(beginning));
  return found === -1 ? FIRST.length : found;
}

export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification) =>
      rankOf(moduleId.slice(project.vitest.config.root.length + 1));
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}
