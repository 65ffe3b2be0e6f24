/** From a JSON Schema to values that meet it: the small ones that a shop uses most of the time, the edges often, anything else now and then. */
import fc from 'fast-check';
import { Compile } from 'typebox/schema';
import type { JsonSchema } from './api.ts';

/** What stands for a field instead of its schema, by the field's name; `null` leaves it to the schema. */
export type Instead = (name: string) => fc.Arbitrary<unknown> | null;

const TEXTS = [
  'tea',
  'a/b?c#d',
  '100%',
  '%2F',
  ' ',
  '.',
  '..',
  'a,b',
  '"quoted"',
  "'; drop table skus; --",
  '__proto__',
  'constructor',
  'null',
  '0',
  '😀',
  'e\u0301',
  '\u202eright to left',
  '\ufeff',
  '\uffff',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '$1',
  '\\',
  'line\r\nbreak',
];
const EDGE_TEXTS = (schema: JsonSchema) =>
  [schema.minLength ?? 0, schema.maxLength ?? 300].flatMap((length) => ['a'.repeat(length), '😀'.repeat(length)]);

/** Values that meet the schema. */
export function fromSchema(schema: JsonSchema, instead: Instead = () => null): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['object']);
  return fc.oneof(...types.map((type) => ofType(type, schema, instead)));
}

function ofType(type: string, schema: JsonSchema, instead: Instead): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return integer(schema.minimum ?? 0, schema.maximum ?? Number.MAX_SAFE_INTEGER);
    case 'string':
      return text(schema);
    case 'array':
      return list(schema, instead);
    case 'object':
      return object(schema, instead);
    default:
      throw new Error(`no values of type ${type}`);
  }
}

function integer(min: number, max: number): fc.Arbitrary<number> {
  const small = { min: Math.max(min, Math.min(1, max)), max: Math.min(max, 4) };
  return fc.oneof(
    { weight: 20, arbitrary: fc.integer(small) },
    { weight: 2, arbitrary: fc.constantFrom(min, max) },
    { weight: 1, arbitrary: fc.maxSafeInteger().map((any) => min + (Math.abs(any) % (max - min + 1))) },
  );
}

function text(schema: JsonSchema): fc.Arbitrary<string> {
  const { minLength = 0, maxLength = 300 } = schema;
  const meets = Compile({ ...schema, type: 'string' });
  const weird = [...TEXTS, ...EDGE_TEXTS(schema)].filter((one) => meets.Check(one));
  const any = fc
    .string({ unit: 'binary', minLength, maxLength: Math.min(maxLength, 20) })
    .filter((one) => meets.Check(one));
  if (weird.length === 0)
    return schema.pattern === undefined ? any : fc.stringMatching(new RegExp(schema.pattern, 'u'));
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...weird) }, { weight: 1, arbitrary: any });
}

function list({ items = {}, minItems = 0, maxItems = 10 }: JsonSchema, instead: Instead): fc.Arbitrary<unknown[]> {
  const item = fromSchema(items, instead);
  const few = fc.array(item, { minLength: minItems, maxLength: Math.min(maxItems, minItems + 2) });
  // Many, of few different ones: what makes a long list hard is its length.
  const many = fc
    .tuple(fc.array(item, { minLength: 1, maxLength: 4 }), fc.constantFrom(17, maxItems))
    .map(([some, size]) => Array.from({ length: Math.max(minItems, size) }, (_, at) => some[at % some.length]));
  return fc.oneof({ weight: 60, arbitrary: few }, { weight: 1, arbitrary: many });
}

function object(schema: JsonSchema, instead: Instead): fc.Arbitrary<object> {
  const fields = Object.entries(schema.properties ?? {}).map(
    ([name, field]) => [name, instead(name) ?? fromSchema(field, instead)] as const,
  );
  const always = new Set(schema.required ?? []);
  const [first] = fields;
  // Exactly one of several ways: each way names the fields that the others must not have.
  const ways = schema.oneOf?.map(({ required = [] }) => required) ?? [];
  const chosen = fc.nat({ max: Math.max(0, ways.length - 1) });
  return chosen.chain((way) => {
    const must = new Set([...always, ...(ways[way] ?? [])]);
    const never = new Set(ways.flat().filter((name) => !must.has(name)));
    if (must.size === 0 && (schema.minProperties ?? 0) > 0 && first !== undefined) must.add(first[0]);
    const model = Object.fromEntries(fields.filter(([name]) => !never.has(name)));
    return fc.record(model, { requiredKeys: [...must], noNullPrototype: true });
  });
}
