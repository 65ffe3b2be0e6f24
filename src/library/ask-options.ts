/** What can be said of a call beside what it asks for: the headers of HTTP, as options. */
import { type Static, Type } from 'typebox';
import { Counter, Fields, KEY } from '../http/fields.ts';

const idempotencyKey = Type.String(KEY);
const ifVersion = Type.Optional(
  Counter('The version at which it was read; `stale_version` when it has changed since.'),
);
const signal = Type.Optional(
  Type.Unsafe<AbortSignal>({
    description: 'Aborted when nobody waits for the answer any more: it gives up its place in line.',
  }),
);

export const Keyed = Fields({ idempotencyKey: Type.Optional(idempotencyKey) });
export const KeyRequired = Fields({ idempotencyKey });
export const Versioned = Fields({ ifVersion });
export const KeyedAndVersioned = Fields({ ...Keyed.properties, ifVersion });
export const KeyedAndWaiting = Fields({ ...Keyed.properties, signal });

export type Keyed = Static<typeof Keyed>;
export type KeyRequired = Static<typeof KeyRequired>;
export type Versioned = Static<typeof Versioned>;
export type KeyedAndVersioned = Static<typeof KeyedAndVersioned>;
export type KeyedAndWaiting = Static<typeof KeyedAndWaiting>;

/** All of them together. */
export type AskOptions = KeyedAndVersioned & KeyedAndWaiting;
