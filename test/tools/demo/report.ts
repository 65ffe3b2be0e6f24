/** What the demonstration says. */
import { readFileSync } from 'node:fs';
import type { Played } from './play.ts';
import type { Race } from './race.ts';

/** One race in both shops. */
export interface Compared {
  readonly race: Race;
  readonly naive: Played;
  readonly keeper: Played;
}

const SOURCE = new URL('naive-shop.ts', import.meta.url);
const WIDTH = 110;
/** Where what is seen begins. */
const COLUMN = ' '.repeat(16);

export const openingOf = (rounds: number): string =>
  wrapped(
    `Five races that shops lose, each run ${rounds} times: two client processes send their requests at the same moment over HTTP, first to a naive shop (two processes of a small Fastify app on one PostgreSQL), then to Stock Keeper. Nothing is slowed down to make it happen.`,
    '',
  );

/** What the race is, and the lines of the naive code that lose it. */
export function headingOf(race: Race, number: number): string {
  const title = `${number}. ${race.title}`;
  return [
    '',
    title,
    '='.repeat(title.length),
    wrapped(race.naive, ''),
    '',
    ...regionOf(readFileSync(SOURCE, 'utf8'), race.region).map((line) => `    ${line}`.trimEnd()),
    '',
    wrapped(`Asked: ${race.asked}.`, ''),
  ].join('\n');
}

/** The lines of a source between `#region` and `#endregion`, moved to the left. Throws when there are none. */
export function regionOf(source: string, name: string): string[] {
  const found = new RegExp(`^ *// #region ${name}\\n(.*?)^ *// #endregion$`, 'ms').exec(source)?.[1];
  if (found === undefined) throw new Error(`naive-shop.ts has no region ${name}`);
  const lines = found.trimEnd().split('\n');
  const indent = Math.min(...lines.filter((line) => line !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent));
}

export const naiveResultOf = (played: Played): string => resultOf('Naive shop', played);
export const keeperResultOf = (race: Race, played: Played): string =>
  `${resultOf('Stock Keeper', played)}\n${wrapped(race.keeper, '  ')}`;

function resultOf(shop: string, { rounds, before, ends, wrong, overlapped }: Played): string {
  const times = (n: number): string => `${String(n).padStart(5)} ×  `;
  return [
    '',
    `${shop}: ${wrong} of ${rounds} rounds went wrong (the two requests overlapped in ${overlapped})`,
    `  before        ${before}`,
    ...ends.flatMap((end, at) => [
      `  ${at === 0 ? 'after' : '     '}${times(end.rounds)}${wrapped(end.words, COLUMN).trimStart()}`,
      wrapped(end.wrong === null ? 'right' : `WRONG: ${end.wrong}`, COLUMN),
    ]),
  ].join('\n');
}

/** The table at the end, and what it comes to. */
export function summaryOf(compared: readonly Compared[]): string {
  const row = (name: string, naive: string, keeper: string): string =>
    `${name.padEnd(20)}${naive.padStart(16)}${keeper.padStart(16)}`;
  return [
    '',
    row('rounds gone wrong', 'naive shop', 'Stock Keeper'),
    '-'.repeat(52),
    ...compared.map(({ race, naive, keeper }, at) =>
      row(`${at + 1}. ${race.name}`, `${naive.wrong} of ${naive.rounds}`, `${keeper.wrong} of ${keeper.rounds}`),
    ),
    '',
    conclusionOf(compared),
  ].join('\n');
}

/** Whether the naive shop lost each race at least once, and the keeper none. */
export const isShown = (compared: readonly Compared[]): boolean =>
  compared.every(({ naive, keeper }) => naive.wrong > 0 && keeper.wrong === 0);

function conclusionOf(compared: readonly Compared[]): string {
  if (isShown(compared)) return 'The naive shop lost every race, Stock Keeper none.';
  const lucky = compared.filter(({ naive }) => naive.wrong === 0).map(({ race }) => race.name);
  const broken = compared.filter(({ keeper }) => keeper.wrong > 0).map(({ race }) => race.name);
  return [
    ...(lucky.length === 0
      ? []
      : [`By chance the naive shop was right in ${lucky.join(', ')}: ask for more --rounds.`]),
    ...(broken.length === 0 ? [] : [`Stock Keeper was WRONG in ${broken.join(', ')}.`]),
  ].join('\n');
}

/** Broken into lines between words. */
function wrapped(text: string, indent: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && indent.length + last.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.map((line) => indent + line).join('\n');
}
