/** How far a run is: a bar where someone watches, a line now and then where it goes into a file. */
import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  readonly step: () => void;
  readonly end: () => void;
}

const LINE_EVERY = 10_000;

/** Says it on stderr, so that the summary on stdout stays clean. */
export function showProgress(total: number): Progress {
  if (!process.stderr.isTTY) {
    const began = performance.now();
    let done = 0;
    const step = () => {
      done++;
      if (done % LINE_EVERY !== 0) return;
      console.error(`${done} of ${total} requests in ${((performance.now() - began) / 1000).toFixed(0)} s`);
    };
    return { step, end: () => {} };
  }
  const format = '{bar} {value}/{total} requests, {eta_formatted} to go';
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true }, Presets.shades_classic);
  bar.start(total, 0);
  return { step: () => bar.increment(), end: () => bar.stop() };
}
