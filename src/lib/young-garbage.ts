/**
 * How this process's memory is collected. V8 notices when many objects from one place in the code live long. It then
 * allocates every object from that place in the old generation. One such place is Node's own list of two listeners.
 * Connections keep theirs for ever, and each request makes a new one. When these lists are made old, those of answered
 * requests wait for a full collection, and until then they keep alive everything that came with their requests.
 */
import { setFlagsFromString } from 'node:v8';

/** Allocates every object in the young generation first. Call when a process that serves requests begins. */
export function keepGarbageYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
