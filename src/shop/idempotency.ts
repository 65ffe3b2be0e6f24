/** What is remembered under an idempotency key: what was done, never a refusal. */
import { isDone, type Outcome } from './outcome.ts';

/** How long an idempotency key is kept, in milliseconds. */
export const KEY_KEPT_MS = 24 * 60 * 60 * 1000;

/** An idempotency key, and the fingerprint that tells a repeated request from a different one under the same key. */
export interface Idempotency {
  readonly key: string;
  readonly fingerprint: string;
  /**
   * The fingerprint that an earlier build recorded for an order placed with this freight. Left out when it is the same.
   */
  readonly formerly?: (freight: number) => string;
}

/** The first answer under an idempotency key, as it is stored. */
export interface KeyRecord {
  readonly key: string;
  /** Tells a repeated request from a different one under the same key. */
  readonly fingerprint: string;
  /** JSON of the outcome that was answered. */
  readonly outcome: string;
  readonly at: number;
}

/** What was done under a key. */
export interface Remembered {
  readonly fingerprint: string;
  readonly outcome: Outcome;
}

/**
 * What a stored key still says at the time `at`; `null` when it is too old. Earlier builds stored refusals too; they
 * count for nothing.
 */
export function remembered(stored: KeyRecord | null, at: number): Remembered | null {
  if (stored === null || at >= stored.at + KEY_KEPT_MS) return null;
  const outcome = JSON.parse(stored.outcome) as Outcome;
  return isDone(outcome) ? { fingerprint: stored.fingerprint, outcome } : null;
}

/** Whether it was done for the same request. */
export function isSame({ fingerprint, outcome }: Remembered, asked: Idempotency): boolean {
  if (fingerprint === asked.fingerprint) return true;
  return outcome.kind === 'order_placed' && fingerprint === asked.formerly?.(outcome.order.freight);
}
