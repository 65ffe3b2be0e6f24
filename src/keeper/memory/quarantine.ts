/**
 * What was found corrupt, and how it is reported: to the asker every time, to the operator once until the reason
 * changes. A quarantined SKU or order is not kept in memory. Each request reads it anew, so it serves again as soon as
 * it is repaired.
 */
import { type Corrupt, quarantinedIds, quarantinedName } from '../../lib/corrupt.ts';
import type { Observe } from '../../lib/observe.ts';
import type { KeeperRefusal } from '../../shop/outcome.ts';

/** At most this many are reported to the operator. `verify` names all of them. */
const TOLD_MAX = 1000;

/** A person must repair it, so asking again soon is of no use. */
const RETRY_AFTER_SECONDS = 60;

export class Quarantine {
  /** The reason last reported, by kind and id. */
  readonly #told = new Map<string, string>();
  readonly #observe: Observe;

  constructor(observe: Observe) {
    this.#observe = observe;
  }

  outcomeOf({ quarantined }: Corrupt): KeeperRefusal {
    const id = quarantinedName(quarantined);
    const told = this.#told.get(id);
    if (told !== quarantined.reason && (told !== undefined || this.#told.size < TOLD_MAX)) {
      this.#told.set(id, quarantined.reason);
      this.#observe({
        kind: 'quarantined',
        ...quarantinedIds(quarantined),
        reason: quarantined.reason,
      });
    }
    return { ...quarantined, retryAfterSeconds: RETRY_AFTER_SECONDS };
  }
}
