/**
 * The commands being worked on, and who waits for their answers. A command is taken → answered (or failed, for a bug), once: what comes later
 * to one that was answered, as when it was given up, is nothing.
 */
import type { Answer, Command } from './command.ts';

/** A command being worked on. */
export interface Taken {
  readonly kind: Command['kind'];
  /** As counted by `linesOf`. */
  readonly lines: number;
  /** How often it was decided. */
  attempts: number;
  /** Milliseconds of the process's own clock. */
  readonly began: number;
  readonly answered: Promise<Answer>;
  readonly answer: (answer: Answer) => void;
  readonly fail: (bug: unknown) => void;
}

export class TakenCommands {
  readonly #all = new Set<Taken>();
  #lines = 0;
  readonly #whenNone: (() => void)[] = [];

  get count(): number {
    return this.#all.size;
  }

  /** Lines of all of them. */
  get lines(): number {
    return this.#lines;
  }

  take(command: Command): Taken {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const taken: Taken = {
      kind: command.kind,
      lines: linesOf(command),
      attempts: 0,
      began: performance.now(),
      answered: promise,
      answer: (answer) => {
        this.#leave(taken);
        resolve(answer);
      },
      fail: (bug) => {
        this.#leave(taken);
        reject(bug);
      },
    };
    this.#all.add(taken);
    this.#lines += taken.lines;
    return taken;
  }

  /** Whether it is not answered yet. */
  has(taken: Taken): boolean {
    return this.#all.has(taken);
  }

  [Symbol.iterator](): Iterator<Taken> {
    return this.#all.values();
  }

  /** Resolves when all are answered. */
  async none(): Promise<void> {
    if (this.#all.size > 0) await new Promise<void>((resolve) => this.#whenNone.push(resolve));
  }

  #leave(taken: Taken): void {
    if (!this.#all.delete(taken)) return;
    this.#lines -= taken.lines;
    if (this.#all.size === 0) for (const resolve of this.#whenNone.splice(0)) resolve();
  }
}

/** Lines that a command is about: what it costs, in memory and in the batch. */
export function linesOf(command: Command): number {
  return 'lines' in command ? command.lines.length : 1;
}
