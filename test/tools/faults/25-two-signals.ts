/** SIGTERM twice under load, as when `npm` hands its own on to a process that its group has told already: the second changes nothing. */
import { setTimeout as pause } from 'node:timers/promises';
import { drainUnderLoad } from './drained.ts';
import type { Fault } from './fault.ts';

const APART_MS_MAX = 50;

export const fault: Fault = {
  row: 25,
  title: 'two SIGTERMs mid-load',
  obstacle: async () => null,
  run: (trial) =>
    drainUnderLoad(trial, trial.rounds(2, 20), async (service) => {
      const ended = service.stop();
      await pause(Math.random() * APART_MS_MAX);
      await service.stop();
      return ended;
    }),
};
