/**
 * Where the lines of the log go: a stream that may have no reader or may be closed. The process does not wait for a
 * reader, and keeps only a little for one. Further lines are dropped and counted. The count is told when lines are
 * taken again.
 */
import type { Writable } from 'node:stream';

/** Bytes of all lines that wait for a reader. */
export const PENDING_BYTES_MAX = 1_048_576;

/** How long the process waits at its end for the last lines to be taken, milliseconds. */
const LAST_MS = 250;

export class LogSink {
  readonly #stream: Writable;
  readonly #written = (error?: Error | null): void => {
    if (error) this.#drop();
  };
  #dropped = 0;
  #untold = 0;

  constructor(stream: Writable) {
    this.#stream = stream;
    // A closed pipe must not end the process. Each line that it does not take is counted where it is written.
    stream.on('error', () => {});
  }

  /** Lines dropped since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** A logger calls this with one line at a time. */
  write(line: string): void {
    const bytes = Buffer.from(line);
    if (this.#stream.writableLength + bytes.length > PENDING_BYTES_MAX) this.#drop();
    else this.#stream.write(bytes, this.#written);
  }

  /** Calls `tell` with the number of dropped lines, each time a reader has taken everything that waited. */
  onFlow(tell: (lines: number) => void): void {
    this.#stream.on('drain', () => {
      const lines = this.#untold;
      this.#untold = 0;
      if (lines > 0) tell(lines);
    });
  }

  /** Resolves when everything is taken, or after a short time. */
  async end(): Promise<void> {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, LAST_MS);
      this.#stream.write('', () => resolve());
    });
  }

  #drop(): void {
    this.#dropped += 1;
    this.#untold += 1;
  }
}
