/** The rows as tests: each in its short form, on the PostgreSQL of the test run. */
import { describe, expect, inject, it } from 'vitest';
import { loadFaults } from './catalogue.ts';
import { carryOut } from './trial.ts';

/** A row takes seconds; this ends one that hangs. */
const ROW_TIMEOUT_MS = 600_000;

/** So many files share the rows, for as many workers. */
const FILES = 4;

export async function shortForm(file: number): Promise<void> {
  const faults = await loadFaults();
  describe('in its short form', () => {
    it.each(faults.filter((fault) => fault.row % FILES === file))(
      'row $row, $title: all holds that must',
      async (fault) => {
        const said: string[] = [];
        const result = await carryOut(fault, {
          size: 'short',
          template: inject('postgres'),
          progress: (words) => said.push(words),
        });
        expect(result.violations, said.join('\n')).toEqual([]);
        const left = [...(result.obstacle === null ? [] : [result.obstacle]), ...result.left];
        for (const reason of left) console.warn(`row ${fault.row}, ${fault.title}, was not injected: ${reason}`);
        // A row that checks nothing has found nothing.
        if (result.obstacle === null) expect(Object.keys(result.checked)).not.toEqual([]);
      },
      ROW_TIMEOUT_MS,
    );
  });
}
