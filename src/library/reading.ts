/** What a method of the library is asked, read by the schemas of its call. */
import { Type } from 'typebox';
import type { Call } from '../api/call.ts';
import { Fields, type RequestPart } from '../api/fields.ts';
import { integersOf, readIntegers } from '../api/integers.ts';
import { invalidRequest } from '../api/invalid.ts';
import type { Validate } from '../api/validator.ts';

/** A copy of what was given. Throws `DoorFault`, with the name of the field, when it is not what the schemas say. */
export type Reads = (given: unknown) => Record<string, unknown>;

type Validator = (schema: object) => Validate;

/**
 * Reads an argument of this name. Fields that are `undefined` are not there, and an argument that is not there has no
 * fields.
 */
export function readerOf(validator: Validator, schema: RequestPart, argument: 'request' | 'options'): Reads {
  const isValid = validator(schema);
  return (given = {}) => {
    const copy =
      typeof given === 'object' && given !== null && !Array.isArray(given)
        ? Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
        : given;
    if (isValid(copy)) return copy as Record<string, unknown>;
    throw invalidRequest(isValid.errors ?? [], argument);
  };
}

/**
 * Reads the request of a call: the fields that HTTP has in its path, its query and its body, which have no name in
 * common.
 */
export function requestReader(validator: Validator, { params, query, body }: Call): Reads {
  const parts = [params, query, body].filter((part) => part !== undefined);
  const names = parts.flatMap((part) => Object.keys(part.properties));
  const known = Fields(Object.fromEntries(names.map((name) => [name, Type.Optional(Type.Unknown())])));
  const read = readerOf(validator, known, 'request');
  const check = parts.map((part) => {
    const checked = readerOf(validator, part, 'request');
    return (said: Record<string, unknown>) =>
      checked(Object.fromEntries(Object.entries(said).filter(([name]) => Object.hasOwn(part.properties, name))));
  });
  // A cursor may be the text that the page before has as its `next`.
  const cursors = query === undefined ? [] : integersOf(query).filter((name) => name === 'after');
  return (given) => {
    const said = read(given);
    readIntegers(said, cursors);
    for (const part of check) part(said);
    return said;
  };
}
