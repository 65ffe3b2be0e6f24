/**
 * How this process's memory is collected. V8 notices what lives long at one place of the code, and then makes all that
 * is made there old from its birth. One such place is Node's own list of two listeners, which connections keep for ever
 * and each request makes anew: made old, the lists of answered requests wait for a full collection, and hold on to all
 * that came with their requests till then.
 */
import { setFlagsFromString } from 'node:v8';

/** Everything is young at first. To be called when a process that serves requests begins. */
export function keepGarbageYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
