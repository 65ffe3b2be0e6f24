/** What the replay says at its end. */
import { percentile } from '../../support/percentile.ts';
import type { Clients, PhaseFigures } from './clients.ts';
import { type Invoice, type Sales, unitsOf } from './sales.ts';
import type { Answers } from './week.ts';

/** The figures of a replay, as lines of text. */
export function summarise(databaseName: string, sales: Sales, answers: Answers, clients: Clients): string {
  const { accepted, refused, cancelled, shipped, returned, unmatched } = answers;
  const short = refused.map(({ shortages }) => shortages.length);
  const shortOf = refused.map(({ invoice }) => unitsOf(invoice).size);
  const all: PhaseFigures = {
    name: 'all',
    seconds: sum(clients.phases.map(({ seconds }) => seconds)),
    latenciesMs: clients.phases.flatMap(({ latenciesMs }) => latenciesMs),
  };
  const facts: readonly (readonly [string, string])[] = [
    ['database', databaseName],
    ['SKUs', `${sales.skus.length}, opening stock ${sum(sales.skus.map(({ onHand }) => onHand))} units`],
    [
      'invoices',
      `${sales.purchases.length + sales.cancellations.length}: ${sales.purchases.length} purchases, ${sales.cancellations.length} cancellations`,
    ],
    ['orders accepted', `${accepted.length}: ${size(accepted)}`],
    ['orders refused', `${refused.length}: ${size(refused.map(({ invoice }) => invoice))}`],
    [
      '  for want of',
      `${sum(short)} of their ${sum(shortOf)} lines; ${short.filter((lines) => lines === 1).length} orders lacked one line only, the worst ${Math.max(0, ...short)}`,
    ],
    ['orders cancelled', `${cancelled.length}, each by two clients at once: ${size(cancelled)}`],
    ['orders shipped', `${shipped.length}: ${size(shipped)}`],
    [
      'returns',
      `${returned.length}: ${size(returned)}; ${returned.filter(({ ownOrder }) => ownOrder).length} to an order of the same customer`,
    ],
    ['unmatched', `${unmatched.length} cancellation lines match no shipped line`],
    ...unmatched.map(
      ({ cancellationId, skuId, quantity }) => ['', `${cancellationId}: ${quantity} × ${skuId}`] as const,
    ),
    ['asked again', `${clients.repeats} times, after 5xx or a broken connection`],
  ];
  return [
    ...facts.map(([name, value]) => `${name.padEnd(18)}${value}`),
    '',
    ['requests', 'seconds', 'per second', 'p50 ms', 'p99 ms'].reduce(
      (row, head) => row + head.padStart(12),
      ' '.repeat(18),
    ),
    ...[...clients.phases, all].map(phaseRow),
  ].join('\n');
}

function phaseRow({ name, seconds, latenciesMs }: PhaseFigures): string {
  const requests = latenciesMs.length;
  const figures =
    requests === 0
      ? ['0', seconds.toFixed(2)]
      : [
          String(requests),
          seconds.toFixed(2),
          (requests / seconds).toFixed(0),
          percentile(latenciesMs, 0.5).toFixed(1),
          percentile(latenciesMs, 0.99).toFixed(1),
        ];
  return figures.reduce((row, figure) => row + figure.padStart(12), name.padEnd(18));
}

/** Lines as an order has them: one for each SKU. */
function size(invoices: readonly Pick<Invoice, 'lines'>[]): string {
  const units = invoices.flatMap((invoice) => [...unitsOf(invoice).values()]);
  return `${units.length} lines, ${sum(units)} units`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
