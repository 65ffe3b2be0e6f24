/**
 * The members that came, or were used, least recently. It is a doubly linked list through its members, so joining,
 * leaving and looking at the oldest cost the same for any number of members. (Walking a `Map` from its front steps over
 * everything that was deleted there: measured at half the time of a placement.)
 */

/** A member of one list. Both links are `null` outside the list, and one is `null` at each of its ends. */
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

  /** Makes a member, which may be new, the most recently used. */
  use(member: T): void {
    if (this.#newest === member) return;
    this.remove(member);
    member.older = this.#newest;
    if (this.#newest === null) this.#oldest = member;
    else this.#newest.newer = member;
    this.#newest = member;
  }

  /** Takes a member out. Does nothing for one that is not in the list. */
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
