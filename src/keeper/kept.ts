/** What one turn of a command keeps for its later turns, when its commit is lost or it waits for stock. */
import type { Entry } from '../journal/journal.ts';
import type { LineRequest } from '../shop/orders/order.ts';

/** What a turn knows about its command: its place in the waiting line, and what its earlier turns kept. */
export interface Behind {
  /** Units of a SKU that the waiters ahead of the command ask for. */
  ahead(skuId: string): number;
  readonly kept: Kept;
}

export class Kept {
  #lines: readonly LineRequest[] | null = null;
  #restsOn: readonly Entry[] = [];

  /** The lines that were kept; `null` when none were, or when an entry they rest on did not become durable. */
  get lines(): readonly LineRequest[] | null {
    return this.#restsOn.some(isLost) ? null : this.#lines;
  }

  keep(lines: readonly LineRequest[], restsOn: readonly Entry[]): void {
    this.#lines = lines;
    this.#restsOn = restsOn;
  }
}

const isLost = ({ state }: Entry): boolean => state === 'lost' || state === 'displaced' || state === 'unknown';
