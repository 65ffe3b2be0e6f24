/** What can be said of a call beside what it asks for: the headers of HTTP, as options. */
import { type Static, type TSchema, Type } from 'typebox';
import type { CommandCall } from '../api/call.ts';
import { Counter, Fields, KEY } from '../api/fields.ts';
import { unreachable } from '../lib/assert.ts';

const idempotencyKey = Type.String(KEY);
const ifVersion = Type.Optional(
  Counter('The version at which it was read, 0 for what is not there; `stale_version` when it has changed since.'),
);
const signal = Type.Optional(
  Type.Unsafe<AbortSignal>({
    description: 'Aborted when nobody waits for the answer any more: it gives up its place in line.',
  }),
);

const Keyed = Fields({ idempotencyKey: Type.Optional(idempotencyKey) });
const KeyRequiredAndVersioned = Fields({ idempotencyKey, ifVersion });
const Versioned = Fields({ ifVersion });
const KeyedAndVersioned = Fields({ ...Keyed.properties, ifVersion });
const KeyedAndWaiting = Fields({ ...Keyed.properties, signal });
const KeyedVersionedAndWaiting = Fields({ ...KeyedAndVersioned.properties, signal });

const Nothing = Fields({});

/** The options of a call, by the headers that it takes. A read takes none here: its caller has what was read before. */
export function optionsOf({ takes, waits }: CommandCall): TSchema {
  switch (takes) {
    case 'create':
      return waits ? KeyedAndWaiting : Keyed;
    case 'keyed_write':
      return waits ? KeyedVersionedAndWaiting : KeyedAndVersioned;
    case 'key_required_write':
      return KeyRequiredAndVersioned;
    case 'write':
      return Versioned;
    case 'read':
    case 'product_read':
    case undefined:
      return Nothing;
    default:
      return unreachable(takes);
  }
}

export type Keyed = Given<typeof Keyed>;
export type KeyRequiredAndVersioned = Given<typeof KeyRequiredAndVersioned>;
export type Versioned = Given<typeof Versioned>;
export type KeyedAndVersioned = Given<typeof KeyedAndVersioned>;
export type KeyedAndWaiting = Given<typeof KeyedAndWaiting>;
export type KeyedVersionedAndWaiting = Given<typeof KeyedVersionedAndWaiting>;

/** All of them together. */
export type AskOptions = KeyedVersionedAndWaiting;

/** As a caller gives what a schema reads: lists of which nothing is changed, and fields that are `undefined` are not there. */
export type Given<S extends TSchema> = Loose<Static<S>>;

type Loose<T> = {
  readonly [K in keyof T]:
    | (T[K] extends readonly (infer I)[] ? readonly Readonly<I>[] : T[K])
    | (Record<never, never> extends Pick<T, K> ? undefined : never);
};
