/**
 * The residents of one kind (SKUs, orders or idempotency keys).
 *
 * A resident is
 *   loading   asked for, not yet read                     → present | absent (by `loaded`) | gone (the load failed)
 *   present   its owner is in memory                      → gone (evicted: idle and least recently used, or its commit
 *             was lost) | absent (by `remove`, in a turn)
 *   absent    known not to exist; kept while it is pinned → present (by `create`, in a turn) | gone (unpinned)
 *   gone      no longer in memory; a command that still holds it must ask for it again
 *
 * An id has one resident, so it has one owner. Only idle residents leave to make room. A resident is idle when no
 * command that is gathering what it needs has pinned it, and nothing of it is on its way to the database.
 */
import type { Entry } from '../../journal/journal.ts';
import { assert } from '../../lib/assert.ts';
import { type Linked, Recency } from './recency.ts';

export interface Resident<T> extends Linked<Resident<T>> {
  readonly id: string;
  /** The `Residents` that it belongs to. */
  readonly home: { evict(resident: Resident<T>): void; unpin(resident: Resident<T>): void };
  state: 'loading' | 'present' | 'absent' | 'gone';
  /** The owner; set exactly while present. */
  owner: T | null;
  /** Bytes that the owner took when it was last unpinned. */
  bytes: number;
  /** Commands that hold it until their turn. */
  pins: number;
  /** The last entry that changed it; `null` once that is durable. */
  lastEntry: Entry | null;
  /** While loading: resolves when the resident is present or absent, rejects when it could not be read. */
  loading: Promise<void> | null;
}

/** A search for room ends after meeting this many busy residents. Each one met moves to the end. */
const BUSY_LOOKS = 8;

/** What residents of one kind may take together, and how their bytes are measured. */
export interface Room<T> {
  /** Residents; exceeded only while all are busy. */
  readonly max: number;
  /** Bytes of their owners; exceeded only while all are busy. */
  readonly bytesMax: number;
  readonly bytesOf: (owner: T) => number;
}

export class Residents<T> {
  readonly #byId = new Map<string, Resident<T>>();
  readonly #recency = new Recency<Resident<T>>();
  /** Entries under way of residents that were thrown away. Each must be settled before its row is read again. */
  readonly #underWay = new Map<string, Entry>();
  readonly #room: Room<T>;
  readonly #load: (resident: Resident<T>) => Promise<void>;
  #bytes = 0;

  /** `load` is called once for each resident that begins to load. */
  constructor(room: Room<T>, load: (resident: Resident<T>) => Promise<void>) {
    this.#room = room;
    this.#load = load;
  }

  /** Bytes of all owners, each as it was when it was last unpinned. */
  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** The owner, `null` if it is not in memory. */
  peek(id: string): T | null {
    return this.#byId.get(id)?.owner ?? null;
  }

  /** Finds a resident, or begins to load it, and holds it in memory until `unpin`. */
  pin(id: string): Resident<T> {
    const found = this.#byId.get(id);
    if (found !== undefined) {
      found.pins++;
      this.#recency.use(found);
      return found;
    }
    const resident = this.#admit(id, 'loading');
    const underWay = this.#underWay.get(id);
    resident.loading =
      underWay === undefined ? this.#load(resident) : underWay.settled.then(() => this.#load(resident));
    // Every command that awaits it hears of a failure. It is no fault when none awaits it any more.
    resident.loading.catch(() => {});
    return resident;
  }

  /** The resident in memory, in whatever state; `null` when there is none. */
  find(id: string): Resident<T> | null {
    return this.#byId.get(id) ?? null;
  }

  /** Holds an id that is known to be absent, because it was made just now. Nothing is read. */
  pinAbsent(id: string): Resident<T> {
    assert(!this.#byId.has(id), `nobody has the new id ${id}`);
    return this.#admit(id, 'absent');
  }

  unpin(resident: Resident<T>): void {
    resident.pins--;
    assert(resident.pins >= 0, `resident ${resident.id} is unpinned once for each pin`);
    if (resident.pins > 0) return;
    if (resident.state === 'absent') this.evict(resident);
    else this.#weigh(resident);
  }

  /** What loading found; `null` when the row does not exist. */
  loaded(resident: Resident<T>, owner: T | null): void {
    if (resident.state !== 'loading') return;
    resident.owner = owner;
    resident.state = owner === null ? 'absent' : 'present';
    resident.loading = null;
    if (resident.pins > 0) return;
    if (owner === null) this.evict(resident);
    else this.#weigh(resident);
  }

  /** What a turn created for an absent row. */
  create(resident: Resident<T>, owner: T): void {
    assert(resident.state === 'absent', `resident ${resident.id} is ${resident.state}, not absent`);
    resident.owner = owner;
    resident.state = 'present';
  }

  /** A turn removed the row. */
  remove(resident: Resident<T>): void {
    assert(resident.state === 'present', `resident ${resident.id} is ${resident.state}, not present`);
    resident.owner = null;
    resident.state = 'absent';
  }

  /** Throws a resident away. The next command that needs it reads it again. */
  evict(resident: Resident<T>): void {
    if (this.#byId.get(resident.id) === resident) this.#byId.delete(resident.id);
    this.#recency.remove(resident);
    this.#awaitEntry(resident);
    resident.state = 'gone';
    resident.owner = null;
    this.#bytes -= resident.bytes;
    resident.bytes = 0;
    resident.loading = null;
  }

  /** Throws all residents away, also those that are loading. */
  evictAll(): void {
    for (const resident of this.#byId.values()) this.evict(resident);
  }

  #admit(id: string, state: 'loading' | 'absent'): Resident<T> {
    const resident: Resident<T> = {
      id,
      home: this,
      state,
      owner: null,
      bytes: 0,
      pins: 1,
      lastEntry: null,
      loading: null,
      older: null,
      newer: null,
    };
    this.#byId.set(id, resident);
    this.#recency.use(resident);
    this.#makeRoom();
    return resident;
  }

  /**
   * A row that an entry is about to change must not be read before that. Otherwise memory would be older than the
   * answer to that entry.
   */
  #awaitEntry({ id, lastEntry }: Resident<T>): void {
    if (lastEntry === null || (lastEntry.state !== 'waiting' && lastEntry.state !== 'committing')) return;
    this.#underWay.set(id, lastEntry);
    void lastEntry.settled.then(() => {
      if (this.#underWay.get(id) === lastEntry) this.#underWay.delete(id);
    });
  }

  /** No command holds it now, and a turn may have changed it. */
  #weigh(resident: Resident<T>): void {
    if (resident.owner === null) return;
    const bytes = this.#room.bytesOf(resident.owner);
    this.#bytes += bytes - resident.bytes;
    resident.bytes = bytes;
    if (this.#bytes > this.#room.bytesMax) this.#makeRoom();
  }

  #makeRoom(): void {
    let busy = 0;
    while (busy < BUSY_LOOKS && (this.#byId.size > this.#room.max || this.#bytes > this.#room.bytesMax)) {
      const { oldest } = this.#recency;
      assert(oldest !== null, 'who is in memory was used at some time');
      if (isIdle(oldest)) this.evict(oldest);
      else {
        this.#recency.use(oldest);
        busy++;
      }
    }
  }
}

function isIdle<T>({ pins, state, lastEntry }: Resident<T>): boolean {
  return pins === 0 && state === 'present' && lastEntry === null;
}
