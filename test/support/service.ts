/**
 * The real service as a process: `node src/main.ts` on the Node that runs this, on a free port of 127.0.0.1. States:
 * starting → ready → gone. It never outlives the process that started it. `await using` ends it with its block.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cpuSecondsOf } from '../tools/bench/ways/cpu.ts';
import { guard } from './guard.ts';

export interface Service extends AsyncDisposable {
  /** The address at which it said that it is ready or stands by, without a slash at the end. */
  readonly url: string;
  /** Whether it first said that it stands by. */
  readonly standsBy: boolean;
  /** Resolves when it has said that it is ready. Rejects when it has ended before. */
  readonly ready: Promise<void>;
  readonly pid: number;
  /** SIGTERM. Resolves with the exit code, or with `null` when a signal ended it. */
  stop(): Promise<number | null>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** What it has written to stdout and stderr so far. */
  logs(): string;
}

/** Settings of the service by name. `undefined` removes a variable. This process's own settings are not passed on. */
export type ServiceEnv = Readonly<Record<string, string | number | undefined>>;

export interface ServiceOptions {
  /** The module to run; the service's own by default. */
  readonly main?: string;
  /** Milliseconds within which it must be ready; 180 000 by default. This ends a start that hangs. */
  readonly readyMs?: number;
  /** Words before the command that run it in another place: `nsenter` and its flags, or `withFiles`. */
  readonly through?: readonly string[];
  /** Flags of Node, e.g. `--expose-gc`. */
  readonly nodeFlags?: readonly string[];
  /** Aborting it kills the process, also before it is ready. */
  readonly signal?: AbortSignal;
}

const OWN_SETTINGS = [
  'HOST',
  'PORT',
  'DATA_DIR',
  'DATABASE_URL',
  'API_KEYS_FILE',
  'RESIDENTS_MAX',
  'LOG_LEVEL',
  'RATE_LIMIT_PER_KEY',
  'RATE_LIMIT_PER_ADDRESS',
  'CONNECTIONS_MAX',
  'DEFAULT_FREIGHT',
  'CART_IDLE_DAYS',
  'EVENT_LOOP_DELAY_MAX_MS',
];
const LOG_CHARS_MAX = 10_000_000;
/** An error shows this many of the last characters that it said, because its reason is there. */
const TOLD_CHARS_MAX = 4000;
const LISTENS = /^Stock Keeper (is ready|stands by) on (http:\/\/\S+)$/m;
const READY = /^Stock Keeper is ready on /m;

/** In a test run, the flag for how the embedded database is compiled (vitest.config.ts). */
export const QUICK: readonly string[] = process.execArgv.filter((flag) => flag === '--liftoff-only');

/** Limits the process to this many open files. */
export const withFiles = (filesMax: number): readonly string[] => [
  '/bin/sh',
  '-c',
  `ulimit -n ${filesMax} && exec "$@"`,
  'sh',
];

/** Clients must not be sent away because the machine is busy with other things. */
const UNHURRIED = { EVENT_LOOP_DELAY_MAX_MS: 0 };

/**
 * Starts the service and waits until it says that it is ready or stands by. If it ends before, or is not ready in time,
 * rejects with the reason and the end of its logs.
 */
export async function startService(env: ServiceEnv, options: ServiceOptions = {}): Promise<Service> {
  const main = options.main ?? fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const [program = '', ...args] = [
    ...(options.through ?? []),
    process.execPath,
    ...QUICK,
    ...(options.nodeFlags ?? []),
    main,
  ];
  const child = spawn(program, args, {
    env: environment({ HOST: '127.0.0.1', PORT: 0, ...UNHURRIED, ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.signal === undefined ? {} : { signal: options.signal, killSignal: 'SIGKILL' as const }),
  });
  // The end of the process reports the abort.
  child.on('error', () => {});
  if (child.pid === undefined) throw new Error(`${process.execPath} cannot be run`);
  const guarded = guard(child.pid, 'KILL');
  const gone = once(child, 'close').then(() => guarded.release());

  let log = '';
  let said = '';
  const listens = Promise.withResolvers<RegExpExecArray>();
  const ready = Promise.withResolvers<void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-LOG_CHARS_MAX);
    if (said.length > LOG_CHARS_MAX) return;
    said += text;
    const found = LISTENS.exec(said);
    if (found !== null) listens.resolve(found);
    if (READY.test(said)) ready.resolve();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-LOG_CHARS_MAX);
  });

  const readyMs = options.readyMs ?? 180_000;
  let late: NodeJS.Timeout | undefined;
  const deadline = new Promise<Error>((resolve) => {
    late = setTimeout(() => resolve(new Error(lateness(child.pid ?? 0, readyMs))), readyMs);
  });
  const early = gone.then(() => new Error(`the service ended with ${ending(child)} before it was ready`));
  const first = await Promise.race([listens.promise, early, deadline]);
  clearTimeout(late);
  void early.then(ready.reject);
  ready.promise.catch(() => {});

  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  if (first instanceof Error) {
    await kill();
    throw new Error(
      `${first.message}. ${log.trim() === '' ? 'It said nothing.' : `It said:\n${log.slice(-TOLD_CHARS_MAX)}`}`,
    );
  }
  const [, state, url = ''] = first;
  return {
    url,
    standsBy: state === 'stands by',
    ready: ready.promise,
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM');
      await gone;
      return child.exitCode;
    },
    kill,
    logs: () => log,
    [Symbol.asyncDispose]: kill,
  };
}

function environment(env: ServiceEnv): NodeJS.ProcessEnv {
  const all: NodeJS.ProcessEnv = { ...process.env };
  for (const name of OWN_SETTINGS) delete all[name];
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) delete all[name];
    else all[name] = String(value);
  }
  return all;
}

/** Whether it is slow or stuck, as far as its processor time shows. */
function lateness(pid: number, readyMs: number): string {
  const cpu = cpuSecondsOf(pid);
  const worked =
    cpu === null
      ? ''
      : `, and has had ${cpu.toFixed(1)} s of processor time: ${
          cpu * 1000 < readyMs / 10
            ? 'it waits for something, or the machine is too busy to run it'
            : 'it is at work, and slow'
        }`;
  return `the service was not ready within ${readyMs} ms. It was still running${worked}`;
}

function ending(child: ChildProcess): string {
  return child.signalCode ?? `exit code ${child.exitCode ?? 'unknown'}`;
}
