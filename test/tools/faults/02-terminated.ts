/** SIGTERM under load: the service ends with 0 in time, all that it answered is there, and nothing of what it did not answer. */
import { drainUnderLoad } from './drained.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = {
  row: 2,
  title: 'SIGTERM mid-load',
  obstacle: async () => null,
  run: (trial) => drainUnderLoad(trial, trial.rounds(2, 20), (service) => service.stop()),
};
