/**
 * The opened parts as those who stand on them see them: in types that name neither the database's libraries nor the
 * actors'.
 */
import type { Keeper } from '../keeper/keeper.ts';
import type { Observe } from '../lib/observe.ts';

/** A door before the parts, to be closed with them. */
export interface ClosingDoor {
  /** Takes no more requests, and resolves when those that were taken are answered. */
  close(): Promise<void>;
  /** Answers that their clients do not take are waited for no longer. */
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
  /** Tells `observe` what happens from now on, until what it returns is called. */
  watch(observe: Observe): () => void;
  /**
   * Answers what was accepted, and lets go of the database: within 8.5 seconds, whatever the database does. Safe to
   * call twice.
   */
  close(door?: ClosingDoor): Promise<void>;
}
