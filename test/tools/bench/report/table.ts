/** A run as text: a table for each cell, the aims, and how the stock of every way ended. In Markdown, for docs/benchmarks.md as it stands. */
import { type Cell, nameOf } from '../plan.ts';
import { aimsOf } from './aims.ts';
import { type Row, rowsOf } from './figures.ts';
import type { Run } from './run.ts';

const whole = (value: number): string => value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ' ');
/** Of requests that were answered; none has no time. */
const ms = (value: number): string => (Number.isNaN(value) ? '' : value.toFixed(value < 10 ? 1 : 0));
const orNothing = (value: number | null, text: (value: number) => string): string =>
  value === null ? '' : text(value);
const share = (value: number): string => (value < 0.1 ? value.toFixed(3) : value.toFixed(2));
/** A ratio, or a count of something. */
const figure = (value: number): string => (value === 0 || value >= 100 ? whole(value) : share(value));

export function reportOf(run: Run): string {
  return [about(run), ...run.plan.cells.map((cell) => tableOf(run, cell)), aims(run), stock(run)].join('\n\n');
}

function about({ date, machine, versions, settings, plan, notMeasured }: Run): string {
  const list = (all: Readonly<Record<string, string>>) =>
    Object.entries(all)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  return [
    `${date.slice(0, 10)}, ${machine.cores} cores for all (${machine.cpu}), ${machine.memoryGib} GiB, ${machine.system}`,
    `PostgreSQL: ${list(settings)}`,
    list(versions),
    `${plan.rounds === 1 ? 'One round' : `${plan.rounds} rounds`} of ${plan.seconds} s, the ways in turn; medians, and ratios within a round. Microseconds are processor time of a request.`,
    ...(plan.isRough
      ? ['ROUGH: one short round is a first look; measure without --quick for figures to rely on.']
      : []),
    ...notMeasured.map(({ way, why }) => `Not measured: ${way}, ${why}.`),
  ].join('\n');
}

const COLUMNS: readonly { readonly head: string; readonly cell: (row: Row) => string }[] = [
  { head: 'requests/s', cell: (row) => whole(row.perSecond) },
  { head: 'least – most', cell: (row) => `${whole(row.least)} – ${whole(row.most)}` },
  { head: '÷ ceiling', cell: (row) => orNothing(row.ofCeiling, share) },
  { head: '÷ pessimistic', cell: (row) => orNothing(row.ofPessimistic, share) },
  { head: 'p50 ms', cell: (row) => ms(row.p50Ms) },
  { head: 'p99 ms', cell: (row) => ms(row.p99Ms) },
  { head: 'p99.9 ms', cell: (row) => ms(row.p999Ms) },
  { head: 'service µs', cell: (row) => orNothing(row.serviceUs, whole) },
  { head: 'database µs', cell: (row) => orNothing(row.databaseUs, whole) },
  { head: 'load µs', cell: (row) => orNothing(row.loadUs, whole) },
  { head: 'batch', cell: (row) => orNothing(row.batch, whole) },
];
const LINES = { head: 'lines/s', cell: (row: Row) => whole(row.linesPerSecond) };
const RATE = {
  head: 'asked/s',
  cell: (row: Row) => `${orNothing(row.ratePerSecond, whole)}${row.cannotKeepUp ? ' (cannot keep up)' : ''}`,
};

const TITLES: Readonly<Record<Cell['workload'], string>> = {
  hot: 'Hot: one SKU',
  wide: 'Wide: 10 000 SKUs, all met before',
  cold: 'Cold: 10 000 SKUs, none met before',
  zipf: 'Zipf: 10 000 SKUs, s = 1.1',
  sold_out: 'Sold out: refusals',
  place_cancel_cancel: 'Place, then two cancels at once: one SKU',
  baskets: 'Baskets: the invoices of a real week',
};

export function titleOf({ workload, connections, shareOfCapacity }: Cell): string {
  const open = shareOfCapacity === null ? '' : `, open loop at ${shareOfCapacity * 100} % of what it can`;
  return `${TITLES[workload]} · ${connections} connection${connections === 1 ? '' : 's'}${open}`;
}

/** The table of one cell. */
export function tableOf(run: Run, cell: Cell): string {
  const columns = [
    ...(cell.shareOfCapacity === null ? [] : [RATE]),
    ...COLUMNS,
    ...(cell.workload === 'baskets' ? [LINES] : []),
  ];
  const rows = rowsOf(run, cell);
  const lines = rows.map((row) => `| ${row.way} | ${columns.map((column) => column.cell(row)).join(' | ')} |`);
  const head = `| | ${columns.map((column) => column.head).join(' | ')} |`;
  const undecided = rows
    .filter((row) => row.undecided > 0)
    .map((row) => `${row.way}: ${whole(row.undecided)} requests were sent away undecided (503), and are not counted.`);
  const table = [`### ${titleOf(cell)}`, '', head, `|---|${'---|'.repeat(columns.length)}`, ...lines];
  return [...table, ...(undecided.length === 0 ? [] : ['', ...undecided])].join('\n');
}

function aims(run: Run): string {
  const lines = aimsOf(run).map(({ what, aim, is, reached }) =>
    is === null
      ? `- ${what}: aim ${aim}, not measured`
      : `- ${what}: **${figure(is)}**, aim ${aim}: ${reached ? 'reached' : 'MISSED'}`,
  );
  return ['### Aims of Stock Keeper on PostgreSQL', '', ...lines].join('\n');
}

function stock(run: Run): string {
  const lines = run.plan.ways.flatMap((way) => {
    if (way === 'bare' || way === 'ceiling' || run.notMeasured.some((other) => other.way === way)) return [];
    const rows = run.plan.cells.flatMap((cell) =>
      rowsOf(run, cell)
        .filter((row) => row.way === way)
        .map((row) => ({ cell, row })),
    );
    const wrong = rows.filter(({ row }) => !row.isRight);
    if (wrong.length === 0) return [`- ${way}: right at the end of every round`];
    const sum = (figure: 'oversold' | 'restoredTwice' | 'lostUpdates') =>
      rows.reduce((total, { row }) => total + row[figure], 0);
    const where = wrong.map(({ cell }) => nameOf(cell)).join(', ');
    return [
      `- ${way}: WRONG (${where}): ${whole(sum('oversold'))} units sold that were never there, ${whole(sum('restoredTwice'))} given back twice, ${whole(sum('lostUpdates'))} lost by overwriting`,
    ];
  });
  return ['### The stock', '', ...lines, ...run.faultsAtEnd.map((fault) => `- ${fault}`)].join('\n');
}
