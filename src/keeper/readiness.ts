/** Whether commands are taken; if not, why, and when asking again may help. */
import type { Tenure } from '../journal/record.ts';
import { retryAfterSeconds } from '../lib/retry-after.ts';
import type { Admission } from './admission.ts';

export type Readiness =
  | { readonly ready: true }
  | { readonly ready: false; readonly reason: string; readonly retryAfterSeconds: number };

/** Commands in flight, how many there may be, and residents in memory. */
export interface Load {
  readonly commands: number;
  readonly commandsMax: number;
  readonly skus: number;
  readonly orders: number;
  /** Estimated bytes of all residents. */
  readonly residentBytes: number;
  /** Commands that wait for stock. They are not counted in `commands`. */
  readonly waiting: number;
}

/**
 * A standby's answer to everything. If it ever takes over from an owner that has gone, it takes about this many
 * seconds.
 */
export const STANDBY = { kind: 'standby', retryAfterSeconds: 2 } as const;

/**
 * `pingMs` tries the database. It resolves with `null` when the database answered, else with the milliseconds it
 * waited.
 */
export async function readinessOf(
  admission: Pick<Admission, 'isClosed' | 'isFull' | 'retryAfterSeconds'>,
  tenure: Pick<Tenure, 'role' | 'hasFailed'>,
  pingMs: () => Promise<number | null>,
): Promise<Readiness> {
  if (admission.isClosed) return notReady('the keeper is closing', admission.retryAfterSeconds);
  if (tenure.hasFailed) {
    return notReady('the database is not the one that this process began with; its log says more', 60);
  }
  if (tenure.role === 'standby') {
    return notReady('another process owns the database, this one stands by', STANDBY.retryAfterSeconds);
  }
  if (admission.isFull) return notReady('as many commands are in flight as there may be', admission.retryAfterSeconds);
  const inVainMs = await pingMs();
  if (inVainMs === null) return { ready: true };
  return notReady('the database does not answer', retryAfterSeconds(inVainMs));
}

const notReady = (reason: string, seconds: number): Readiness => ({ ready: false, reason, retryAfterSeconds: seconds });
