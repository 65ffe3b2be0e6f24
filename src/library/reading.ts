/** Reads the arguments of a library method by the schemas of its call. */
import { Type } from 'typebox';
import type { Call } from '../api/call.ts';
import { Fields, type RequestPart } from '../api/fields.ts';
import { integersOf, readIntegers } from '../api/integers.ts';
import { invalidRequest } from '../api/invalid.ts';
import type { Validate } from '../api/validator.ts';

type Given = Record<string, unknown>;
type Argument = 'request' | 'options';
type Validator = (schema: object) => Validate;

/** Returns a copy of what was given. Throws `DoorFault`, which names the field, when it does not fit the schemas. */
export type Reads = (given: unknown) => Given;

/**
 * Reads an argument of this name. A field that is `undefined` counts as absent. A missing argument is an empty object.
 */
export function readerOf(validator: Validator, schema: RequestPart, argument: Argument): Reads {
  const check: Check = checkOf(validator, schema, argument);
  return (given = {}) => {
    const copy = typeof given === 'object' && given !== null && !Array.isArray(given) ? present(given) : given;
    check(copy);
    return copy;
  };
}

/** Reads the request of a call: the fields that HTTP has in the path, the query and the body. */
export function requestReader(validator: Validator, { params, query, body }: Call): Reads {
  const parts = [params, query, body].filter((part) => part !== undefined);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return readerOf(validator, only, 'request');
  const names = parts.flatMap((part) => Object.keys(part.properties));
  const known = Fields(Object.fromEntries(names.map((name) => [name, Type.Optional(Type.Unknown())])));
  const read = readerOf(validator, known, 'request');
  const checks = parts.map((part) => {
    const check: Check = checkOf(validator, part, 'request');
    const own = Object.keys(part.properties);
    return (said: Given) => check(among(said, own));
  });
  // A cursor may be the text that the page before had as `next`.
  const cursors = query === undefined ? [] : integersOf(query).filter((name) => name === 'after');
  return (given) => {
    const said = read(given);
    readIntegers(said, cursors);
    for (const check of checks) check(said);
    return said;
  };
}

function present(given: object): Given {
  const copy: Given = { ...given };
  for (const name of Object.keys(copy)) if (copy[name] === undefined) delete copy[name];
  return copy;
}

function among(said: Given, names: readonly string[]): Given {
  const those: Given = {};
  for (const name of names) if (name in said) those[name] = said[name];
  return those;
}

type Check = (value: unknown) => asserts value is Given;

function checkOf(validator: Validator, schema: RequestPart, argument: Argument): Check {
  const isValid = validator(schema);
  return (value) => {
    if (!isValid(value)) throw invalidRequest(isValid.errors ?? [], argument);
  };
}
