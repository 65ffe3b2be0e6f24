/**
 * Who came, or was used, least recently: a doubly linked list through its members, so that joining, leaving and looking
 * at the oldest cost the same however many there are. (Walking a `Map` from its front steps over all that was deleted
 * there: half of a placement's time, measured.)
 */

/** A member of one list; `null` at its ends and outside of it. */
export interface Linked<T> {
  older: T | null;
  newer: T | null;
}

export class Recency<T extends Linked<T>> {
  #oldest: T | null = null;
  #newest: T | null = null;

  get oldest(): T | null {
    return this.#oldest;
  }

  /** Makes a member, or a new one, the most recently used. */
  use(member: T): void {
    if (this.#newest === member) return;
    this.remove(member);
    member.older = this.#newest;
    if (this.#newest === null) this.#oldest = member;
    else this.#newest.newer = member;
    this.#newest = member;
  }

  /** Takes a member out; nothing happens to one that is not in. */
  remove(member: T): void {
    const { older, newer } = member;
    if (older !== null) older.newer = newer;
    else if (this.#oldest === member) this.#oldest = newer;
    if (newer !== null) newer.older = older;
    else if (this.#newest === member) this.#newest = older;
    member.older = null;
    member.newer = null;
  }
}
