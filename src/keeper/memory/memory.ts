/** The keeper's memory: the residents of each kind, and how they are read. */
import type { Store } from '../../journal/record.ts';
import { KIND_NAMES, type KindName, type Row } from '../../shop/kind-names.ts';
import { KINDS, type Kind, type Owner } from '../../shop/kinds.ts';
import { standingBytes } from '../../shop/sizes.ts';
import type { MemoryLimits } from '../limits.ts';
import { Loader } from './loader.ts';
import { type Resident, Residents } from './residents.ts';
import { type Standing, skuOfStanding } from './standings.ts';

/** Bytes that a kind of residents may take for each resident it may have. */
const BYTES_A_RESIDENT = 5000;

type ResidentsByKind = { readonly [K in KindName]: Residents<Owner<K>> };

export class Memory {
  readonly residents: ResidentsByKind;
  readonly standings: Residents<Standing>;

  constructor(store: Pick<Store, 'load'>, limits: MemoryLimits, schedule?: (run: () => void) => void) {
    const { residentsMax, loadIdsMax } = limits;
    const loader = new Loader(store, loadIdsMax, schedule);
    // Reading the orders of a customer with very many of them takes long. No other load should wait for that.
    const apart = new Loader(store, loadIdsMax, schedule);
    const each = KIND_NAMES.map((kind) => [kind, residentsOf(kind, loader, residentsMax)] as const);
    this.residents = Object.fromEntries(each) as unknown as ResidentsByKind;
    const room = { max: residentsMax, bytesMax: residentsMax * BYTES_A_RESIDENT, bytesOf: standingBytes };
    this.standings = new Residents(room, async (resident) => {
      const sku = this.residents.skus.find(skuOfStanding(resident.id));
      // Every change of an order writes its SKUs. So the entry that the SKU has under way, or an earlier one, has every
      // decision that is not durable yet.
      await sku?.lastEntry?.settled;
      const beside = sku?.state === 'present' ? sku : null;
      const read = await readOr(resident, apart.standing(resident.id), (units) => ({ sku: beside, units }));
      this.standings.loaded(resident, read);
    });
  }

  /** Bytes that all residents take, estimated. */
  get bytes(): number {
    return this.#all.reduce((sum, residents) => sum + residents.bytes, 0);
  }

  /** Throws all residents away. */
  clear(): void {
    for (const residents of this.#all) residents.evictAll();
  }

  get #all() {
    return [...KIND_NAMES.map((kind) => this.residents[kind]), this.standings];
  }
}

function residentsOf<K extends KindName>(kind: K, loader: Loader, usual: number): Residents<Owner<K>> {
  const { own, rowOf, bytesOf, residentsMax, bytesMax }: Kind<Row<K>, Owner<K>> = KINDS[kind];
  const max = residentsMax ?? usual;
  const room = {
    max,
    bytesMax: bytesMax ?? max * BYTES_A_RESIDENT,
    bytesOf: (owner: Owner<K>) => bytesOf(rowOf(owner)),
  };
  const residents: Residents<Owner<K>> = new Residents(room, async (resident) =>
    residents.loaded(resident, await readOr(resident, loader.row(kind, resident.id), own)),
  );
  return residents;
}

/**
 * The owner of the row that was read. A resident that could not be read leaves memory, and every load that waits for it
 * rejects with the reason.
 */
async function readOr<Found, T>(
  resident: Resident<T>,
  row: Promise<Found | null>,
  own: (row: Found) => T,
): Promise<T | null> {
  try {
    const found = await row;
    return found === null ? null : own(found);
  } catch (error) {
    resident.home.evict(resident);
    throw error;
  }
}
