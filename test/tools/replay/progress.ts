/** The progress bar of the replay: one phase after another; silent where no one watches. */
import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  phase(name: string, total: number): void;
  step(): void;
  end(): void;
}

/** Draws on stderr when that is a terminal, so that the summary on stdout stays clean. */
export function showProgress(): Progress {
  if (!process.stderr.isTTY) return { phase: () => {}, step: () => {}, end: () => {} };
  const format = '{phase} {bar} {value}/{total}';
  const bar = new SingleBar(
    { format, stream: process.stderr, clearOnComplete: true, hideCursor: true },
    Presets.shades_classic,
  );
  return {
    phase(name, total) {
      bar.stop();
      bar.start(total, 0, { phase: name.padEnd(12) });
    },
    step: () => bar.increment(),
    end: () => bar.stop(),
  };
}
