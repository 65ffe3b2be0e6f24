/**
 * One turn: a synchronous decision over what its command has pinned in memory. It hands out the owners of rows, updates
 * the rows in memory as they are decided, and collects the facts for the journal and the residents that it saw.
 */
import type { Entry } from '../journal/journal.ts';
import { type Fact, type Facts, NO_FACTS } from '../shop/facts.ts';
import type { KindName, Known, Row } from '../shop/kind-names.ts';
import { KINDS, type Kind, type Owner } from '../shop/kinds.ts';
import type { LineRequest } from '../shop/orders/order.ts';
import type { TurnCore } from '../shop/turn-core.ts';
import type { Behind } from './kept.ts';
import type { Memory } from './memory/memory.ts';
import type { Pins } from './memory/pins.ts';
import type { Resident } from './memory/residents.ts';
import { countStanding } from './memory/standings.ts';

type Growing = { [K in KindName]: readonly Fact<K>[] };

export class Turn implements TurnCore, Known {
  readonly at: number;
  readonly #memory: Memory;
  readonly #pins: Pins;
  readonly #behind: Behind;
  readonly #facts: Growing = { ...NO_FACTS };
  readonly #saw: Resident<unknown>[] = [];
  readonly #wrote: Resident<unknown>[] = [];
  #asked: readonly LineRequest[] | null = null;

  constructor(memory: Memory, pins: Pins, at: number, behind: Behind) {
    this.#memory = memory;
    this.#pins = pins;
    this.at = at;
    this.#behind = behind;
  }

  see<K extends KindName>(kind: K, id: string): Owner<K> | null {
    return this.#resident(kind, id).owner;
  }

  find<K extends KindName>(kind: K, id: string): Row<K> | null {
    const owner = this.see(kind, id);
    return owner === null ? null : KINDS[kind].rowOf(owner);
  }

  write<K extends KindName>(kind: K, fact: Fact<K>): void {
    const resident = this.#resident(kind, fact.id);
    const { own, rowOf }: Kind<Row<K>, Owner<K>> = KINDS[kind];
    const residents = this.#memory.residents[kind];
    if (fact.row === null) residents.remove(resident);
    else if (resident.owner === null) residents.create(resident, own(fact.row));
    else if (rowOf(resident.owner) !== fact.row) resident.owner = own(fact.row);
    this.#wrote.push(resident as Resident<unknown>);
    const facts = this.#facts[kind];
    if (facts.length === 0) this.#facts[kind] = [fact] as Growing[K];
    else (facts as Fact<K>[]).push(fact);
  }

  standing(customerId: string, skuId: string): number {
    return this.#pins.standing(customerId, skuId).units;
  }

  countStanding(customerId: string | null, skuId: string, units: number): void {
    countStanding(this.#memory.standings, customerId, this.#pins.resident('skus', skuId), units);
  }

  ahead(skuId: string): number {
    return this.#behind.ahead(skuId);
  }

  asks(lines: readonly LineRequest[]): void {
    this.#asked = lines;
  }

  /** The stock that the command asked for; `null` when it asked for none. */
  get asked(): readonly LineRequest[] | null {
    return this.#asked;
  }

  recall(): readonly LineRequest[] | null {
    return this.#behind.kept.lines;
  }

  keep(lines: readonly LineRequest[]): void {
    this.#behind.kept.keep(lines, this.restsOn());
  }

  /** Whether the turn decided anything that must be made durable. */
  get hasFacts(): boolean {
    return this.#wrote.length > 0;
  }

  get facts(): Facts {
    return this.#facts;
  }

  get wrote(): readonly Resident<unknown>[] {
    return this.#wrote;
  }

  get saw(): readonly Resident<unknown>[] {
    return this.#saw;
  }

  /** Entries on their way to the database that the answer rests on when the turn has no facts of its own. */
  restsOn(): readonly Entry[] {
    const entries = new Set<Entry>();
    for (const { lastEntry } of this.#saw) {
      if (lastEntry !== null) entries.add(lastEntry);
    }
    return [...entries];
  }

  #resident<K extends KindName>(kind: K, id: string): Resident<Owner<K>> {
    const resident = this.#pins.resident(kind, id);
    this.#saw.push(resident as Resident<unknown>);
    return resident;
  }
}
