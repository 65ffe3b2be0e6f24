/** A request as a command of the keeper. Both doors, HTTP and the library, make this of a request. */

import type { Command } from '../shop/commands.ts';
import type { Idempotency } from '../shop/idempotency.ts';
import type { Answer } from '../shop/outcome.ts';
import type { Conditional } from '../shop/versions.ts';
import { fingerprint } from './preconditions.ts';

export interface Asked {
  readonly command: Command;
  /**
   * What tells the request from another request of the same call. It is the command itself, unless one command can be
   * said in several ways.
   */
  readonly said: unknown;
  /** What a build before this one used instead of `said`, for an order with this freight. If absent, it used `said`. */
  readonly saidBefore?: (freight: number) => unknown;
}

/** The name of a call under a key. It is the same through every door. */
interface CallName {
  readonly method: string;
  readonly path: string;
}

/** What answers a command: the keeper. */
export interface Asks {
  ask(command: Command, idempotency: Idempotency | null, signal?: AbortSignal | null): Promise<Answer>;
}

export const asked = (command: Command, said: unknown = command): Asked => ({ command, said });

/** The command, to be carried out only at these versions. */
const provided = (command: Command, conditions: Conditional): Command => ({ ...command, ...conditions });

/**
 * Asks the keeper, under the idempotency key if there is one. Preconditions are not part of what makes two requests the
 * same. A precondition says when a request may be done; what was done is answered again, even when the version has
 * moved since.
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
