/** Figures of a run: medians over its rounds, and ratios of which each is of one round, so that what the machine did meanwhile it did to both. */
import { median } from '../../support/percentile.ts';
import type { Measurement } from '../measure.ts';
import { type Cell, nameOf } from '../plan.ts';
import type { WayName } from '../way.ts';
import type { Run } from './run.ts';

export interface Row {
  readonly way: WayName;
  readonly perSecond: number;
  readonly least: number;
  readonly most: number;
  /** Lines of orders that were placed, a second. */
  readonly linesPerSecond: number;
  readonly ofCeiling: number | null;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  /** Processor time of a request, microseconds; `null` where it cannot be told. */
  readonly serviceUs: number | null;
  readonly databaseUs: number | null;
  readonly loadUs: number;
  readonly batch: number | null;
  readonly ratePerSecond: number | null;
  readonly oversold: number;
  readonly restoredTwice: number;
  readonly lostUpdates: number;
  readonly isRight: boolean;
  readonly cannotKeepUp: boolean;
}

const perSecondOf = ({ result }: Measurement): number => result.answered / result.seconds;
const linesPerSecondOf = ({ result }: Measurement): number => result.lines / result.seconds;

/** The measurements of one cell. */
const inCell = ({ measurements }: Run, cell: Cell): Measurement[] =>
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
  const of = (figure: (measurement: Measurement) => number) => median(rounds.map(figure));
  const perRequestUs = (seconds: (measurement: Measurement) => number | null): number | null => {
    const each = rounds.flatMap((round) => {
      const taken = seconds(round);
      return taken === null ? [] : [(taken * 1e6) / round.result.answered];
    });
    return each.length === 0 ? null : median(each);
  };
  const batches = rounds.flatMap(({ batchMean }) => batchMean ?? []);
  const sum = (figure: (measurement: Measurement) => number) =>
    rounds.reduce((total, round) => total + figure(round), 0);
  return {
    way,
    perSecond: of(perSecondOf),
    least: Math.min(...rounds.map(perSecondOf)),
    most: Math.max(...rounds.map(perSecondOf)),
    linesPerSecond: of(linesPerSecondOf),
    ofCeiling: cell.shareOfCapacity === null ? ratio(run, cell, way, 'ceiling') : null,
    p50Ms: of(({ result }) => result.p50Ms),
    p99Ms: of(({ result }) => result.p99Ms),
    p999Ms: of(({ result }) => result.p999Ms),
    serviceUs: perRequestUs(({ serviceCpuSeconds }) => serviceCpuSeconds),
    databaseUs: perRequestUs(({ databaseCpuSeconds }) => databaseCpuSeconds),
    loadUs: perRequestUs(({ result }) => result.loadCpuSeconds) ?? 0,
    batch: batches.length === 0 ? null : median(batches),
    ratePerSecond: cell.shareOfCapacity === null ? null : of(({ ratePerSecond }) => ratePerSecond ?? 0),
    oversold: sum(({ stock }) => stock.oversold),
    restoredTwice: sum(({ stock }) => stock.restoredTwice),
    lostUpdates: sum(({ stock }) => stock.lostUpdates),
    isRight: rounds.every(({ stock }) => stock.faults.length === 0),
    cannotKeepUp: rounds.some(({ result }) => result.faults.some((fault) => fault.startsWith('cannot keep up'))),
  };
}

/** How many times as much a way does as another in the same cell, the median of the rounds; `null` when one was not measured. */
export function ratio(
  run: Run,
  cell: Cell,
  way: WayName,
  other: WayName,
  figure: (measurement: Measurement) => number = perSecondOf,
): number | null {
  const all = inCell(run, cell);
  const ratios = all.flatMap((mine) => {
    const theirs = all.find((measurement) => measurement.way === other && measurement.round === mine.round);
    return mine.way === way && theirs !== undefined ? [figure(mine) / figure(theirs)] : [];
  });
  return ratios.length === 0 ? null : median(ratios);
}

export const linesRatio = (run: Run, cell: Cell, way: WayName, other: WayName): number | null =>
  ratio(run, cell, way, other, linesPerSecondOf);
