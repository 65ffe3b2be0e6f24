/** The options of a call besides its request. They are the headers of HTTP. */
import { type Static, Type } from 'typebox';
import type { CommandCall, Taken } from '../api/call.ts';
import { Counter, Fields, KEY, type RequestPart } from '../api/fields.ts';

const idempotencyKey = Type.String(KEY);
const ifVersion = Type.Optional(
  Counter('The version at which it was read, 0 for what is not there; `stale_version` when it has changed since.'),
);

const NONE = Fields({});
const Keyed = Fields({ idempotencyKey: Type.Optional(idempotencyKey) });
const Versioned = Fields({ ifVersion });

/**
 * The options of a call, by the headers that it takes. A read takes none here, because its caller has what it read
 * before.
 */
const OPTIONS = {
  create: Keyed,
  keyed_write: Fields({ ...Keyed.properties, ifVersion }),
  key_required_write: Fields({ idempotencyKey, ifVersion }),
  write: Versioned,
  read: NONE,
  product_read: NONE,
} as const satisfies Readonly<Record<Taken, RequestPart>>;

const Waiting = Fields({
  signal: Type.Optional(
    Type.Unsafe<AbortSignal>({
      description: 'Aborted when nobody waits for the answer any more: it gives up its place in line.',
    }),
  ),
});

/** The schema of the options of a call. */
export function optionsOf({ takes, waits }: Pick<CommandCall, 'takes' | 'waits'>): RequestPart {
  const taken = takes === undefined ? NONE : OPTIONS[takes];
  return waits === true ? Fields({ ...taken.properties, ...Waiting.properties }) : taken;
}

/** The options of a call that takes `T`. With `W` it may wait. `never` stands for a call that does not. */
export type OptionsTaken<T extends Taken, W extends true> = Given<
  ([T] extends [never] ? object : Static<(typeof OPTIONS)[T]>) & ([W] extends [never] ? object : Static<typeof Waiting>)
>;

/** All options together. */
export type AskOptions = OptionsTaken<'keyed_write', true>;

/** The kinds of calls that take an `ifVersion`. */
export type TakesVersion = {
  [T in Taken]: 'ifVersion' extends keyof Static<(typeof OPTIONS)[T]> ? T : never;
}[Taken];

/** A type as a caller may give it: lists may be read-only, and a field that is `undefined` counts as absent. */
export type Given<T> = T extends unknown
  ? {
      readonly [K in keyof T]:
        | (T[K] extends readonly (infer I)[] ? readonly Readonly<I>[] : T[K])
        | (Record<never, never> extends Pick<T, K> ? undefined : never);
    }
  : never;
