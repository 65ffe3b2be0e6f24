/** A thread that runs the seeds it is told to, and answers with what they met. */
import { parentPort } from 'node:worker_threads';
import { runSeeds } from './run-seeds.ts';

export interface Task {
  readonly from: number;
  readonly count: number;
}

parentPort?.on('message', ({ from, count }: Task) => {
  void runSeeds(from, count).then((summary) => parentPort?.postMessage(summary));
});
