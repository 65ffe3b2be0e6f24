/**
 * What happened inside, as data: one stream for the log and for every other listener. Nothing here decides anything.
 */

export type Observation =
  | { readonly kind: 'batch_committed'; readonly entries: number; readonly commitMs: number; readonly waiting: number }
  /** A batch was not committed. Its entries, and the entries that rested on them, are decided again. */
  | {
      readonly kind: 'batch_failed';
      readonly result: 'lost' | 'aborted' | 'refused' | 'unknown';
      readonly entries: number;
      readonly behind: number;
      readonly error: Error | null;
    }
  | { readonly kind: 'load_failed'; readonly error: Error }
  /** A SKU, an order or a cart was found corrupt. This is told once, until what is found changes. */
  | {
      readonly kind: 'quarantined';
      readonly skuId: string | null;
      readonly orderId: string | null;
      readonly cartId: string | null;
      readonly reason: string;
    }
  /** A commit whose answer was lost was settled by asking the database. */
  | { readonly kind: 'commit_settled'; readonly committed: boolean | null }
  /** A command ran out of attempts. */
  | { readonly kind: 'gave_up'; readonly command: string; readonly attempts: number; readonly error: Error | null }
  /**
   * This process decides from now on. `outlasted`: it first waited until the previous owner could no longer believe
   * that it owned the database.
   */
  | { readonly kind: 'ownership_taken'; readonly epoch: number; readonly outlasted: boolean; readonly tookMs: number }
  | { readonly kind: 'ownership_lost'; readonly reason: string }
  /** The database could not be asked which process owns it. */
  | { readonly kind: 'ownership_sought'; readonly error: Error }
  /** Another process owns the database. */
  | { readonly kind: 'standing_by' }
  | { readonly kind: 'orders_expired'; readonly orders: number }
  | { readonly kind: 'carts_swept'; readonly carts: number }
  | { readonly kind: 'sweep_failed'; readonly error: Error };

export type Observe = (observation: Observation) => void;

export const unobserved: Observe = () => {};

/**
 * Makes one observer that tells all of these. Node reports the error of one that fails; the others and the caller do
 * not notice it.
 */
export function tellAll(...all: readonly Observe[]): Observe {
  return (observation) => {
    for (const observe of all) {
      try {
        observe(observation);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  };
}
