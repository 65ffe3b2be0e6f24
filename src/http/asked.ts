/** A request in the words of the keeper: what every door makes of it, HTTP and the library alike. */
import type { Answer, Command } from '../keeper/command.ts';
import type { KeeperDoor } from './door.ts';
import { fingerprint } from './preconditions.ts';

export interface Asked {
  /** The call, as HTTP names it: an idempotency key is good for the same call through any door. */
  readonly call: string;
  readonly command: Command;
  /** What tells the request from another one of the same call: the command itself, unless the same can be said in other words. */
  readonly said: unknown;
  /** How a build before this one would have told it, for an order with this freight; without it, in the same way. */
  readonly saidBefore?: (freight: number) => unknown;
}

export const asked = (call: string, command: Command, said: unknown = command): Asked => ({ call, command, said });

/** Asks the keeper, under the idempotency key if there is one. */
export function askUnder(
  keeper: Pick<KeeperDoor, 'ask'>,
  key: string | undefined,
  { call, command, said, saidBefore }: Asked,
  signal: AbortSignal | null = null,
): Promise<Answer> {
  if (key === undefined) return keeper.ask(command, null, signal);
  const formerly =
    saidBefore === undefined ? {} : { formerly: (freight: number) => fingerprint(call, saidBefore(freight)) };
  return keeper.ask(command, { key, fingerprint: fingerprint(call, said), ...formerly }, signal);
}
