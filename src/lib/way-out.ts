/**
 * The way out of the process: the first signal closes it, and nobody cuts that short.
 *
 * A process is running → closing (a signal, or an error that nobody caught) → ended: with 0 when it has closed after a
 * signal, else with 1, at the latest when its time is over.
 *
 * Not `close-with-grace`: its second signal ends the process in the midst of what it answers, and a supervisor's group
 * gets two, for `npm` hands its own on.
 */
type Tell = (facts: object, message: string) => void;

export interface WayOut {
  /** Signals that close it. */
  readonly signals: readonly NodeJS.Signals[];
  /** Closing takes no longer, milliseconds. */
  readonly withinMs: number;
  readonly log: Readonly<Record<'info' | 'error' | 'fatal', Tell>>;
  close(): Promise<void>;
}

/** Where signals and uncaught errors come from, and how the process ends. */
export type Ending = Pick<NodeJS.Process, 'on' | 'exit'>;

/** To be called once, when there is something to close. */
export function openWayOut({ signals, withinMs, log, close }: WayOut, ending: Ending = process): void {
  let isClosing = false;

  const leave = async (code: 0 | 1) => {
    isClosing = true;
    setTimeout(() => {
      log.error({}, `ended without having closed: ${withinMs} ms are over`);
      ending.exit(1);
    }, withinMs);
    try {
      await close();
      ending.exit(code);
    } catch (error) {
      log.error({ err: error }, 'closing failed');
      ending.exit(1);
    }
  };
  const failed = (error: unknown) => {
    if (isWithoutFiles(error)) {
      log.error({ err: error }, 'no file could be opened: ulimit -n is too low for what is open');
      return;
    }
    log.fatal({ err: error }, isClosing ? 'unexpected error while closing' : 'closing after an unexpected error');
    if (!isClosing) void leave(1);
  };

  for (const name of signals) {
    ending.on(name, (signal) => {
      log.info({ signal }, isClosing ? 'closing already' : 'closing');
      if (!isClosing) void leave(0);
    });
  }
  ending.on('uncaughtException', failed);
  ending.on('unhandledRejection', failed);
}

/**
 * What wanted a file or a socket has not got it, and nothing else has gone wrong: such an error of a timer that nobody
 * sees to must not end the process.
 */
const isWithoutFiles = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE');
