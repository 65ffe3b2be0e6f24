/** What a run says at its end. */
import type { Report } from './run.ts';

const counts = (numbers: Readonly<Record<string, number>>): string =>
  Object.entries(numbers)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

export function summarise(
  { requests, seconds, findings, sent, statuses, problems, reached }: Report,
  seed: number,
): string {
  const unseen = [...reached.unseenStatuses(), ...reached.unseenProblems()];
  return [
    ...findings.flatMap(({ nth, kind, what, faults, repeat, heard }) => [
      `FOUND at request ${nth} (${kind}): ${what}`,
      ...faults.map((fault) => `  ${fault}`),
      `  ${repeat}`,
      `  → ${heard}`,
      '',
    ]),
    `${requests} requests in ${seconds.toFixed(1)} s, seed ${seed}: ${counts(sent)}`,
    `by status: ${counts(statuses)}`,
    `by problem: ${counts(problems)}`,
    '',
    ...reached.table(),
    '',
    unseen.length === 0
      ? 'Every documented answer was seen, but what no request alone brings about (401, 403, 429, 500, 503).'
      : `Documented, and not seen (401, 403, 429, 500 and 503 aside):\n  ${unseen.join('\n  ')}`,
    '',
    findings.length === 0
      ? 'Nothing was found; every law holds.'
      : `${findings.length} findings; --seed ${seed} repeats the run.`,
  ].join('\n');
}
