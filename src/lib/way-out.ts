/**
 * The way out of the process. The first signal closes it, and nothing cuts that short.
 *
 * The states of a process: running → closing (a signal, or an error that nobody caught) → ended. It ends with 0 when it
 * has closed after a signal, otherwise with 1, and at the latest when its time is over.
 *
 * `close-with-grace` is not used. Its second signal ends the process while it still answers. A process group gets two
 * signals from a supervisor, because `npm` forwards its own.
 */
type Tell = (facts: object, message: string) => void;

export interface WayOut {
  /** The signals that close it. */
  readonly signals: readonly NodeJS.Signals[];
  /** The longest that closing may take, milliseconds. */
  readonly withinMs: number;
  readonly log: Readonly<Record<'info' | 'error' | 'fatal', Tell>>;
  close(): Promise<void>;
}

/** The source of signals and uncaught errors, and the way the process ends. */
export type Ending = Pick<NodeJS.Process, 'on' | 'exit'>;

/** Call once, when there is something to close. */
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
 * Something needed a file or a socket and did not get one, and nothing else went wrong. Such an error from a timer
 * without a handler must not end the process.
 */
const isWithoutFiles = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE');
