/** A request in the words of the keeper: what every door makes of it, HTTP and the library alike. */

import type { Command } from '../shop/commands.ts';
import type { Idempotency } from '../shop/idempotency.ts';
import type { Answer } from '../shop/outcome.ts';
import type { Conditional } from '../shop/versions.ts';
import { fingerprint } from './preconditions.ts';

export interface Asked {
  readonly command: Command;
  /**
   * What tells the request from another one of the same call: the command itself, unless the same can be said in other
   * words.
   */
  readonly said: unknown;
  /** How a build before this one would have told it, for an order with this freight; without it, in the same way. */
  readonly saidBefore?: (freight: number) => unknown;
}

/** What a call is called under a key, whichever door it comes through. */
interface CallName {
  readonly method: string;
  readonly path: string;
}

/** Who is asked. */
export interface Asks {
  ask(command: Command, idempotency: Idempotency | null, signal?: AbortSignal | null): Promise<Answer>;
}

export const asked = (command: Command, said: unknown = command): Asked => ({ command, said });

/** The command, to be carried out at these versions alone. */
const provided = (command: Command, conditions: Conditional): Command => ({ ...command, ...conditions });

/**
 * Asks the keeper, under the idempotency key if there is one. A precondition is no part of what makes a request the
 * same: it says when it may be done, and what was done is answered again, whatever has become of the version since.
 */
export function askUnder(
  keeper: Asks,
  key: string | undefined,
  { method, path }: CallName,
  { command, said, saidBefore }: Asked,
  conditions: Conditional,
  signal: AbortSignal | null = null,
): Promise<Answer> {
  const conditioned = provided(command, conditions);
  if (key === undefined) return keeper.ask(conditioned, null, signal);
  const call = `${method} ${path}`;
  const formerly =
    saidBefore === undefined ? {} : { formerly: (freight: number) => fingerprint(call, saidBefore(freight)) };
  return keeper.ask(conditioned, { key, fingerprint: fingerprint(call, said), ...formerly }, signal);
}
