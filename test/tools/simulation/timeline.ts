/**
 * Virtual time: what is to happen, ordered by when. One event runs at a time, and everything that it set going has run before the next
 * one; events of the same millisecond run in an order that the seed decides. No real time passes but what the work takes.
 */
import type { Random } from './random.ts';

interface Event {
  readonly at: number;
  /** Decides among events of one millisecond. */
  readonly rank: number;
  readonly run: () => void | Promise<void>;
}

export class Timeline {
  /** Milliseconds since the simulation began. */
  now = 0;
  /** Events so far. */
  events = 0;
  /** Called after each event. */
  look: () => void = () => {};
  readonly #random: Random;
  /** A binary heap, the next event first. */
  readonly #heap: Event[] = [];
  #ticks = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A moment that is later than every one before: orders what happens in one millisecond. */
  tick(): number {
    return ++this.#ticks;
  }

  after(ms: number, run: () => void | Promise<void>): void {
    const heap = this.#heap;
    const event = { at: this.now + ms, rank: this.#random.next(), run };
    let at = heap.push(event) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above] as Event;
      if (!isBefore(event, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = event;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Runs events until `isDone` says so or none is left; false when that is not the case by `deadlineMs`. */
  async runUntil(isDone: () => boolean, deadlineMs: number): Promise<boolean> {
    // Microtasks of the caller run first; from here on each event's own run before the next event.
    await settled();
    while (!isDone()) {
      const next = this.#take();
      if (next === undefined) return true;
      if (next.at > deadlineMs) return false;
      this.now = next.at;
      this.events++;
      void next.run();
      await settled();
      this.look();
    }
    return true;
  }

  #take(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Event, heap[below] as Event)) below++;
      const child = heap[below] as Event;
      if (isBefore(last, child)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.rank < b.rank);
}

/** All promises that can go on have gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
