/** Turns over rows in memory: one row of each kind is stored, and another is not. */
import type { Entry } from '../../src/journal/journal.ts';
import type { Wanted } from '../../src/journal/record.ts';
import { Kept } from '../../src/keeper/kept.ts';
import { Memory } from '../../src/keeper/memory/memory.ts';
import { Pins } from '../../src/keeper/memory/pins.ts';
import { Turn } from '../../src/keeper/turn.ts';
import { KIND_NAMES, type Row } from '../../src/shop/kind-names.ts';
import { anOrder } from '../shop/orders/examples.ts';
import { aSku } from '../shop/skus/examples.ts';
import { NOTHING } from '../support/nothing.ts';

export const AT = 1500;
export const LINE = { skuId: 'A', quantity: 3, ordered: 3, unitPrice: 500, returned: 0 };

const times = { createdAt: 0, updatedAt: 0 };
const lines = [{ skuId: 'A', quantity: 1, selected: true }];
/** What is stored. Ann has three of SKU A. */
export const STORED = {
  skus: aSku({ id: 'A', version: 7, reserved: 3, sales: 3 }),
  orders: anOrder({ id: 'o', customerId: 'ann', lines: [LINE], version: 4 }),
  carts: { id: 'c', lines, version: 5, ...times } as Row<'carts'>,
  products: { id: 'p', name: 'n', description: null, version: 2, ...times } as Row<'products'>,
  keys: { key: 'k', fingerprint: 'f', outcome: '{}', at: 0 } as Row<'keys'>,
} as const;
/** Their ids; that of each row that is not stored is `new`. */
export const IDS = { skus: 'A', orders: 'o', carts: 'c', products: 'p', keys: 'k' } as const;

/** A turn that has pinned all that is stored, all that is not, and what Ann has of SKU A. Nine units of a SKU are asked for ahead of it. */
export async function turnByHand() {
  const load = async (wanted: Wanted) => {
    const of = <T>(kind: keyof typeof IDS, row: T): T[] => (wanted[kind].includes(IDS[kind]) ? [row] : []);
    return {
      skus: of('skus', STORED.skus),
      orders: of('orders', STORED.orders),
      carts: of('carts', STORED.carts),
      products: of('products', STORED.products),
      keys: of('keys', STORED.keys),
      standings: wanted.standings.map((id) => ({ id, units: 3 })),
      corrupt: [],
    };
  };
  const memory = new Memory({ load }, { residentsMax: 20, loadIdsMax: 20 });
  const pins = new Pins(memory);
  for (const kind of KIND_NAMES) for (const id of [IDS[kind], 'new']) pins.pin(kind, id);
  await Promise.all(pins.loading());
  pins.pinStanding('ann', 'A');
  await Promise.all(pins.loading());
  const turn = new Turn(memory, pins, AT, { ahead: () => 9, kept: new Kept() });
  return { memory, pins, turn };
}

/** An entry of another turn. */
export const entry = (): Entry => ({ facts: NOTHING, writes: [], standsOn: [], alone: false }) as unknown as Entry;
