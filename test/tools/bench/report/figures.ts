/** Figures of a run: medians over its rounds, and ratios of which each is of one round, so that what the machine did meanwhile it did to both. */
import { median } from '../../../support/percentile.ts';
import type { Measurement } from '../measure.ts';
import { type Cell, nameOf } from '../plan.ts';
import type { WayName } from '../way.ts';
import { isBehind, type Run } from './run.ts';

export interface Row {
  readonly way: WayName;
  readonly perSecond: number;
  readonly least: number;
  readonly most: number;
  /** Lines of orders that were placed, a second. */
  readonly linesPerSecond: number;
  /** Requests per second, as a share of those of the ceiling, and times those of the row lock. */
  readonly ofCeiling: number | null;
  readonly ofPessimistic: number | null;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  /** Processor time of a request, microseconds; `null` where it cannot be told. */
  readonly serviceUs: number | null;
  readonly databaseUs: number | null;
  readonly loadUs: number | null;
  /** Requests answered for each batch committed; `null` where none was. */
  readonly batch: number | null;
  /** Requests that were sent away undecided, warm-up included. */
  readonly undecided: number;
  readonly ratePerSecond: number | null;
  readonly oversold: number;
  readonly restoredTwice: number;
  readonly lostUpdates: number;
  readonly isRight: boolean;
  readonly cannotKeepUp: boolean;
}

export const perSecondOf = ({ result }: Measurement): number => result.answered / result.seconds;
const linesPerSecondOf = ({ result }: Measurement): number => result.lines / result.seconds;

/**
 * How many times one figure is the other; `null` when that is no figure: the other is nothing, or either was not timed, which is NaN, and null in
 * what `--json` has written.
 */
export function times(one: number | null, other: number | null): number | null {
  const isFigure = one !== null && other !== null && Number.isFinite(one) && Number.isFinite(other) && other > 0;
  return isFigure ? one / other : null;
}

/** The middle one of those that are figures; NaN when none is. */
const medianOf = (figures: readonly (number | null)[]): number =>
  median(figures.flatMap((figure) => (figure !== null && Number.isFinite(figure) ? [figure] : [])));

/** The measurements of one cell. */
export const inCell = ({ measurements }: Run, cell: Cell): Measurement[] =>
  measurements.filter((measurement) => nameOf(measurement.cell) === nameOf(cell));

/** One row for each way that was measured in the cell, in the order of the plan. */
export function rowsOf(run: Run, cell: Cell): Row[] {
  const all = inCell(run, cell);
  return run.plan.ways.flatMap((way) => {
    const rounds = all.filter((measurement) => measurement.way === way);
    return rounds.length === 0 ? [] : [rowOf(run, cell, way, rounds)];
  });
}

function rowOf(run: Run, cell: Cell, way: WayName, rounds: readonly Measurement[]): Row {
  const of = (figure: (measurement: Measurement) => number) => medianOf(rounds.map(figure));
  const perRequestUs = (seconds: (measurement: Measurement) => number | null): number | null => {
    const each = medianOf(rounds.map((round) => times(seconds(round), round.result.answered / 1e6)));
    return Number.isNaN(each) ? null : each;
  };
  const perBatch = rounds.flatMap(({ batches, result }) => (batches ? [result.answered / batches] : []));
  const sum = (figure: (measurement: Measurement) => number) =>
    rounds.reduce((total, round) => total + figure(round), 0);
  return {
    way,
    perSecond: of(perSecondOf),
    least: Math.min(...rounds.map(perSecondOf)),
    most: Math.max(...rounds.map(perSecondOf)),
    linesPerSecond: of(linesPerSecondOf),
    ofCeiling: cell.shareOfCapacity === null ? ratio(run, cell, way, 'ceiling') : null,
    ofPessimistic: cell.shareOfCapacity === null ? ratio(run, cell, way, 'pessimistic') : null,
    p50Ms: of(({ result }) => result.p50Ms),
    p99Ms: of(({ result }) => result.p99Ms),
    p999Ms: of(({ result }) => result.p999Ms),
    serviceUs: perRequestUs(({ serviceCpuSeconds }) => serviceCpuSeconds),
    databaseUs: perRequestUs(({ databaseCpuSeconds }) => databaseCpuSeconds),
    loadUs: perRequestUs(({ result }) => result.loadCpuSeconds),
    batch: perBatch.length === 0 ? null : median(perBatch),
    undecided: sum(({ result }) => (result.answers['place 503'] ?? 0) + (result.answers['cancel 503'] ?? 0)),
    ratePerSecond: cell.shareOfCapacity === null ? null : of(({ ratePerSecond }) => ratePerSecond ?? 0),
    oversold: sum(({ stock }) => stock.oversold),
    restoredTwice: sum(({ stock }) => stock.restoredTwice),
    lostUpdates: sum(({ stock }) => stock.lostUpdates),
    isRight: rounds.every(({ stock }) => stock.faults.length === 0),
    cannotKeepUp: rounds.some(({ result }) => result.faults.some(isBehind)),
  };
}

/** A way in a cell. */
export interface Place {
  readonly way: WayName;
  readonly cell: Cell;
}

/** How many times one figure is another of the same round, the median of the rounds that have both; `null` when none has. */
export function ratioOf(
  run: Run,
  one: Place,
  other: Place,
  figure: (measurement: Measurement) => number,
): number | null {
  const at = ({ way, cell }: Place) => inCell(run, cell).filter((measurement) => measurement.way === way);
  const theirs = new Map(at(other).map((measurement) => [measurement.round, measurement]));
  const ratios = at(one).flatMap((mine) => {
    const their = theirs.get(mine.round);
    return their === undefined ? [] : (times(figure(mine), figure(their)) ?? []);
  });
  return ratios.length === 0 ? null : median(ratios);
}

/** How many times as many requests a way answers as another in the same cell. */
export const ratio = (run: Run, cell: Cell, way: WayName, other: WayName): number | null =>
  ratioOf(run, { way, cell }, { way: other, cell }, perSecondOf);

export const linesRatio = (run: Run, cell: Cell, way: WayName, other: WayName): number | null =>
  ratioOf(run, { way, cell }, { way: other, cell }, linesPerSecondOf);
