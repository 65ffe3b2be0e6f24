/**
 * The opened parts as their users see them. The types name neither the libraries of the database nor those of the
 * actors.
 */
import type { Keeper } from '../keeper/keeper.ts';
import type { Observe } from '../lib/observe.ts';

/** A door that stands before the parts and is closed together with them. */
export interface ClosingDoor {
  /** Takes no more requests. Resolves when those that it took are answered. */
  close(): Promise<void>;
  /** No longer waits for clients that do not take their answers. */
  cutOff(): void;
}

export interface Parts {
  readonly kind: 'postgresql' | 'pglite';
  readonly keeper: Keeper;
  readonly ownership: {
    readonly role: 'owner' | 'standby';
    /** Rejects when this process can never take over. */
    readonly failed: Promise<never>;
    follow(follower: { lost(): void; taken(): void }): void;
  };
  /** Tells `observe` what happens from now on, until the returned function is called. */
  watch(observe: Observe): () => void;
  /**
   * Answers what was accepted, then lets go of the database. Takes at most 8.5 seconds, whatever the database does.
   * Safe to call twice.
   */
  close(door?: ClosingDoor): Promise<void>;
}
