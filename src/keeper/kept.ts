/** What a turn of a command keeps for its later turns, when its commit is lost or it waits for stock. */
import type { Entry } from '../journal/journal.ts';
import type { LineRequest } from '../shop/orders/order.ts';

/** What a turn has of the command that it decides: its place in the waiting line, and what its earlier turns kept. */
export interface Behind {
  /** Units of a SKU that those ask for who are ahead of the command. */
  ahead(skuId: string): number;
  readonly kept: Kept;
}

export class Kept {
  #lines: readonly LineRequest[] | null = null;
  #restsOn: readonly Entry[] = [];

  /** What was kept; `null` when nothing, or when an entry that it rests on did not become durable. */
  get lines(): readonly LineRequest[] | null {
    return this.#restsOn.some(isLost) ? null : this.#lines;
  }

  keep(lines: readonly LineRequest[], restsOn: readonly Entry[]): void {
    this.#lines = lines;
    this.#restsOn = restsOn;
  }
}

const isLost = ({ state }: Entry): boolean => state === 'lost' || state === 'displaced' || state === 'unknown';
