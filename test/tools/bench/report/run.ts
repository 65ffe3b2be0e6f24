/** A whole run as data: what is written with `--json`, and what table and chart are made of. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import type { Measurement } from '../measure.ts';
import { nameOf, type Plan } from '../plan.ts';
import type { WayName } from '../way.ts';

export interface Run {
  readonly date: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGib: number;
    readonly system: string;
  };
  readonly versions: Readonly<Record<string, string>>;
  /** Of the PostgreSQL server, as it says them itself. */
  readonly settings: Readonly<Record<string, string>>;
  readonly plan: Plan;
  readonly notMeasured: readonly { readonly way: WayName; readonly why: string }[];
  readonly measurements: readonly Measurement[];
  /** Ways that failed on the way, and what was found wrong when the others ended. */
  readonly faultsAtEnd: readonly string[];
}

/** Reads what was written with `--json`. Throws an error that says what is wrong with the file. */
export function readRun(file: string): Run {
  let run: Partial<Run> | null;
  try {
    run = JSON.parse(readFileSync(file, 'utf8')) as Partial<Run> | null;
  } catch (error) {
    throw new Error(`--from ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!Array.isArray(run?.measurements) || !Array.isArray(run.plan?.cells)) {
    throw new Error(`--from takes a file that this command has written with --json; ${file} is something else`);
  }
  return run as Run;
}

/** An open loop that could not be kept up is no fault, but a figure. */
export const isBehind = (fault: string): boolean => fault.startsWith('cannot keep up');

/** What must not be: wrong stock or answers that make no sense, of any way but the one that is built to have them. */
export function faultsOf({ measurements, faultsAtEnd }: Run): string[] {
  const found = measurements.flatMap(({ way, cell, stock, result }) => {
    if (way === 'naive') return [];
    const answers = result.faults.filter((fault) => !isBehind(fault));
    return [...stock.faults, ...answers.map((fault) => `${way}, ${nameOf(cell)}: ${fault}`)];
  });
  return [...found, ...faultsAtEnd];
}

export const SETTINGS = [
  'server_version',
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'wal_sync_method',
  'shared_buffers',
  'max_wal_size',
];

export function machine(): Run['machine'] {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGib: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()}`,
  };
}

const PACKAGES = [
  'fastify',
  'xstate',
  '@mikro-orm/core',
  'pg',
  'undici',
  'graphile-worker',
  '@redis/client',
  '@electric-sql/pglite',
];

/** Of Node, of the packages that are measured, and of Redis where there is one. */
export function versions(): Record<string, string> {
  const installed = PACKAGES.map((name) => {
    const file = new URL(`../../../../node_modules/${name}/package.json`, import.meta.url);
    return [name, (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version];
  });
  return { node: process.version, ...Object.fromEntries(installed), redis: redisVersion() };
}

function redisVersion(): string {
  try {
    return /v=(\S+)/.exec(execFileSync('redis-server', ['--version'], { encoding: 'utf8' }))?.[1] ?? 'unknown';
  } catch {
    return 'none';
  }
}
