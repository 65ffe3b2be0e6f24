/** What all lists share: their query parameters, their shape, and the answer when the database does not answer. */
import { Type } from 'typebox';
import { retryAfterSeconds } from '../lib/retry-after.ts';
import { TurnedAway } from '../lib/turnstile.ts';
import { Fields, LIMIT_DEFAULT } from './fields.ts';
import { DoorFault, SentAway } from './problems/problems.ts';

/** The log that says why a list could not be read. */
export interface Log {
  error(facts: object, message: string): void;
}

export interface PageQuery {
  readonly after?: string | number;
  readonly limit?: number;
}

/** The page that a query asks for. */
export const pageOf = ({ after, limit }: PageQuery) => ({
  after: after === undefined ? null : String(after),
  limit: limit ?? LIMIT_DEFAULT,
});

export const Next = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  description: 'Send it as `after` for the next page; `null` on the last page.',
});

/** A page of the component named `item`. */
export const PageBody = (item: string) => Fields({ items: Type.Array(Type.Ref(`${item}#`)), next: Next });

/**
 * The result of a read from the database. Rejects with `DoorFault` where the reading does. Throws `SentAway` when too
 * many reads wait. When the database does not answer, it logs the reason and throws `DoorFault` `database_unavailable`.
 */
export async function read<T>(log: Log, reading: Promise<T>): Promise<T> {
  const began = performance.now();
  try {
    return await reading;
  } catch (error) {
    if (error instanceof DoorFault) throw error;
    if (error instanceof TurnedAway) {
      throw new SentAway({ kind: 'overloaded', retryAfterSeconds: error.retryAfterSeconds });
    }
    log.error({ err: error }, 'a list could not be read');
    // The best guess: a database that did not answer for this long will not answer for as long again.
    const seconds = retryAfterSeconds(performance.now() - began);
    throw new DoorFault('database_unavailable', `The database does not answer. Ask again in ${seconds} s.`, {
      retryAfterSeconds: seconds,
    });
  }
}
