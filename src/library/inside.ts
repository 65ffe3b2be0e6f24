/** What the other doors of this package, such as the Fastify plugin, need of a stock keeper beside its methods. */
import type { KeeperDoor } from '../keeper/keeper.ts';
import type { Observe } from '../lib/observe.ts';

export const INSIDE = Symbol('inside of a stock keeper');

export interface Inside {
  readonly door: KeeperDoor;
  readonly defaultFreight: number;
  /** Nobody waits for stock any more. */
  stopWaiting(): void;
  /** Tells `observe` what happens from now on, until what it returns is called. */
  watch(observe: Observe): () => void;
}
