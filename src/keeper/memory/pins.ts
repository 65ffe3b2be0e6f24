/** What one command pins in memory until its turn: rows of any kind, and what a customer has of SKUs. */
import { assert } from '../../lib/assert.ts';
import { eachKind, type KindName, type Known, type Row } from '../../shop/kind-names.ts';
import { KINDS, type Owner } from '../../shop/kinds.ts';
import type { Memory } from './memory.ts';
import type { Resident, Residents } from './residents.ts';
import { type Standing, standingId } from './standings.ts';

type Pinned = { [K in KindName]: Map<string, Resident<Owner<K>>> | null };

const NOTHING: Pinned = eachKind<Pinned>(() => null);

export class Pins implements Known {
  readonly #memory: Memory;
  /** A map for a kind once one of it is pinned: most commands pin two kinds. */
  #pinned: Pinned = { ...NOTHING };
  /** All of them, walked twice for each command. */
  #all: Resident<unknown>[] = [];
  readonly #standings = new Map<string, Resident<Standing>>();

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Pins a row, anew when its resident has left memory. */
  pin<K extends KindName>(kind: K, id: string): void {
    const pinned = this.#of(kind);
    const before = pinned.get(id) ?? null;
    const resident = this.#again(this.#memory.residents[kind], id, before);
    if (resident !== before) pinned.set(id, resident);
  }

  /** Pins a row whose id was made for this command. It is known to be absent, so nothing is read. */
  pinNew<K extends KindName>(kind: K, id: string): void {
    const pinned = this.#of(kind);
    const { state = 'gone' } = pinned.get(id) ?? {};
    if (state !== 'gone') return;
    const resident = this.#memory.residents[kind].pinAbsent(id);
    pinned.set(id, resident);
    this.#all.push(resident as Resident<unknown>);
  }

  /**
   * Pins what a customer has of a SKU that is in memory. It is read anew when it was read beside another resident of
   * the SKU.
   */
  pinStanding(customerId: string, skuId: string): void {
    const { standings } = this.#memory;
    const id = standingId(customerId, skuId);
    const pinned = this.#again(standings, id, this.#standings.get(id) ?? null);
    this.#standings.set(id, pinned);
    if (pinned.owner === null || pinned.owner.sku === this.resident('skus', skuId)) return;
    standings.evict(pinned);
    this.#standings.set(id, this.#again(standings, id, pinned));
  }

  /** A row that a turn works on. It is in memory, present or absent. */
  resident<K extends KindName>(kind: K, id: string): Resident<Owner<K>> {
    return inMemory(this.#pinned[kind]?.get(id));
  }

  find<K extends KindName>(kind: K, id: string): Row<K> | null {
    const owner = this.#pinned[kind]?.get(id)?.owner ?? null;
    return owner === null ? null : KINDS[kind].rowOf(owner);
  }

  standing(customerId: string, skuId: string): Standing {
    const { owner } = inMemory(this.#standings.get(standingId(customerId, skuId)));
    assert(owner !== null && owner.sku === this.resident('skus', skuId), 'what a customer has was read beside the SKU');
    return owner;
  }

  /** The loads still under way; empty when all that is pinned is in memory. */
  loading(): Promise<void>[] {
    const loads: Promise<void>[] = [];
    for (const resident of this.#all) if (resident.loading !== null) loads.push(resident.loading);
    return loads;
  }

  /** Unpins everything. */
  release(): void {
    for (const resident of this.#all) resident.home.unpin(resident);
    this.#all = [];
    this.#pinned = { ...NOTHING };
    this.#standings.clear();
  }

  #of<K extends KindName>(kind: K): Map<string, Resident<Owner<K>>> {
    const pinned = this.#pinned[kind];
    if (pinned !== null) return pinned;
    const made = new Map<string, Resident<Owner<K>>>();
    this.#pinned[kind] = made as Pinned[K];
    return made;
  }

  /** Pins a resident; anew when the one that was pinned has left memory. */
  #again<T>(residents: Residents<T>, id: string, before: Resident<T> | null): Resident<T> {
    if (before !== null && before.state !== 'gone') return before;
    if (before !== null) {
      residents.unpin(before);
      this.#all = this.#all.filter((resident) => resident !== before);
    }
    const resident = residents.pin(id);
    this.#all.push(resident as Resident<unknown>);
    return resident;
  }
}

function inMemory<T>(resident: Resident<T> | undefined): Resident<T> {
  assert(resident?.state === 'present' || resident?.state === 'absent', 'what a turn needs is in memory');
  return resident;
}
