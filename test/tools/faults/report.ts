/** The report of the fault suite, for people. */
import type { TrialResult } from './trial.ts';

const HEAD = ['row', 'fault', 'rounds', 'acknowledged', 'unknown', 'checked', 'recovery s', 'violations', 'took s'];

/** A table of all rows, then what has to be said of single ones. */
export function reportOf(results: readonly TrialResult[]): string {
  const rows = [HEAD, ...results.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const remarks = results.flatMap((result) => [
    ...(result.obstacle === null ? [] : [`row ${result.row} was not injected: ${result.obstacle}`]),
    ...result.left.map((left) => `row ${result.row}, a part was not injected: ${left}`),
    ...result.notes.map((note) => `row ${result.row}: ${note}`),
    ...result.violations.map((violation) => `VIOLATION row ${result.row} ${violation}`),
  ]);
  const violations = results.reduce((sum, result) => sum + result.violations.length, 0);
  const last = violations === 0 ? 'Everything held.' : `${violations} violations.`;
  return [...table, '', ...remarks, ...(remarks.length > 0 ? [''] : []), last].join('\n');
}

function cellsOf(result: TrialResult): string[] {
  const checked = Object.keys(result.checked).sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  return [
    String(result.row),
    result.title,
    String(result.rounds),
    String(result.acknowledged),
    String(result.unknown),
    result.obstacle === null ? checked.join(' ') : 'not injected',
    recoveryOf(result.recoveriesMs),
    String(result.violations.length),
    result.seconds.toFixed(1),
  ];
}

/** The longest of them. */
function recoveryOf(recoveries: readonly (number | null)[]): string {
  if (recoveries.length === 0) return '-';
  if (recoveries.includes(null)) return 'too long';
  return (Math.max(...recoveries.map(Number)) / 1000).toFixed(1);
}
