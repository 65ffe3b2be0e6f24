/** What must hold of every call, so that the doors may be loops over them. */
import type { TObject } from 'typebox';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../src/api/call.ts';
import { CALLS } from '../../src/api/calls.ts';
import * as fields from '../../src/api/fields.ts';
import { SHOWN, type SuccessKind } from '../../src/api/shown.ts';
import { createValidator } from '../../src/api/validator.ts';

const ALL = Object.entries<Call>(CALLS);
const namesOf = (schema: fields.RequestPart | undefined): string[] => Object.keys(schema?.properties ?? {});

describe.each(ALL)('the call %s', (_name, { method, path, params, query, body, response, answers }) => {
  it('has schemas that can be compiled, which is not done before they are needed', () => {
    const validator = createValidator();
    for (const schema of [params, query, body]) {
      if (schema === undefined) continue;
      expect(validator(schema)('no object')).toBe(false);
      // Nothing is taken that has no name, so nothing can come in under the name of another part.
      expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
    }
  });

  it('has one meaning for each name in its request', () => {
    const names = [params, query, body].flatMap(namesOf);
    expect(new Set(names).size).toBe(names.length);
    expect(namesOf(params).toSorted()).toEqual(Array.from(path.matchAll(/:(\w+)/g), ([, name]) => name).toSorted());
  });

  it('says what each of its answers is', () => {
    expect(Object.keys(answers)).toEqual(Object.keys(response));
    if (method === 'GET') expect(body).toBeUndefined();
  });
});

const COMMANDS = ALL.flatMap(([name, call]) => (call.kind === 'command' ? [[name, call] as const] : []));
/** Of what has come into being. */
const isMade = (kind: SuccessKind): boolean => 'madeIn' in SHOWN[kind];

describe.each(COMMANDS)('the success of %s', (_name, { success, answers, takes }) => {
  it('is 201 with a place where something has come into being, and nowhere else', () => {
    expect(answers[201]?.headers?.includes('location') ?? false).toBe(success.some(isMade));
    // What is made once is answered again with 200.
    if (success.every(isMade)) {
      expect(Object.hasOwn(answers, 200)).toBe(success.some((kind) => 'isMadeOnce' in SHOWN[kind]));
    }
  });

  it('has a version where one may be asked for', () => {
    if (takes !== undefined) for (const kind of success) expect(SHOWN[kind].name).not.toBeNull();
  });
});

it('is a success of some call, whatever is shown', () => {
  const said = new Set(COMMANDS.flatMap(([, { success }]) => success));
  expect([...said].toSorted()).toEqual(Object.keys(SHOWN).toSorted());
});

it('has another path or method than every other', () => {
  expect(new Set(ALL.map(([, { method, path }]) => `${method} ${path}`)).size).toBe(ALL.length);
});

it.each(Object.entries(fields).filter(([name]) => name.endsWith('Headers')))('%s can be compiled', (_name, schema) => {
  expect(createValidator()(schema as TObject)({})).toBeTypeOf('boolean');
});
