/**
 * Where the lines of the log go: a stream that nobody may be reading, or that is closed. The process neither waits for
 * a reader nor keeps for one more than a little: what is beyond is dropped, counted, and told when lines are taken
 * again.
 */
import type { Writable } from 'node:stream';

/** Lines that wait for a reader, bytes together. */
export const PENDING_BYTES_MAX = 1_048_576;

/** The end of the log has so long to be taken when the process ends, milliseconds. */
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
    // A closed pipe must not end the process: each line that it does not take is counted where it is written.
    stream.on('error', () => {});
  }

  /** Lines since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** To be called by a logger, with one line at a time. */
  write(line: string): void {
    const bytes = Buffer.from(line);
    if (this.#stream.writableLength + bytes.length > PENDING_BYTES_MAX) this.#drop();
    else this.#stream.write(bytes, this.#written);
  }

  /** `tell` hears how many lines were dropped, each time that a reader has taken all that waited. */
  onFlow(tell: (lines: number) => void): void {
    this.#stream.on('drain', () => {
      const lines = this.#untold;
      this.#untold = 0;
      if (lines > 0) tell(lines);
    });
  }

  /** Resolves when all is taken, or soon. */
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
