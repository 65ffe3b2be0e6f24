/** Owns a database without asking anybody: an epoch for tests of the store alone. */
import type { Database } from '../../src/db/database.ts';
import { Epoch, NotOwner } from '../../src/ownership/epoch.ts';

export interface Reign {
  readonly epoch: Epoch;
  deposed(epoch: Epoch): void;
  /** Begins another epoch, as after being deposed. */
  again(): Promise<void>;
}

export async function reignOver(database: Database): Promise<Reign> {
  let current: Epoch | null = null;
  const again = async () => {
    current = (await Epoch.begin(database)).epoch;
  };
  await again();
  return {
    get epoch() {
      if (current === null) throw new NotOwner('deposed');
      return current;
    },
    deposed(epoch) {
      if (current === epoch) current = null;
    },
    again,
  };
}
