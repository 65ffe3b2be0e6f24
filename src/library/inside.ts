/** What other doors of this package, such as the Fastify plugin, need of a stock keeper besides its methods. */
import type { KeeperDoor } from '../keeper/keeper.ts';
import type { Observe } from '../lib/observe.ts';

export const INSIDE = Symbol('inside of a stock keeper');

export interface Inside {
  readonly door: KeeperDoor;
  readonly defaultFreight: number;
  /** From now on no request waits for stock. */
  stopWaiting(): void;
  /** Tells `observe` what happens from now on, until the returned function is called. */
  watch(observe: Observe): () => void;
}
