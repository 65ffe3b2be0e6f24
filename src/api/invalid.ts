/**
 * Makes a sentence of a fault that the schemas found. It names the field, what the field must be and what came instead.
 */
import { PATTERN_WORDS } from './fields.ts';
import { DoorFault } from './problems/problems.ts';

/** The sentence quotes at most this many characters of the value that came. */
const QUOTED_MAX = 60;

/** A fault in a schema's words, as Ajv and Fastify report it. */
export interface SchemaFault {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** An error of Ajv with `verbose`: it has the value that failed and the schema of the field. */
interface Fault extends SchemaFault {
  readonly data?: unknown;
  readonly parentSchema?: FieldSchema;
}

interface FieldSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
}

/**
 * `where` is the part that was validated: `body`, `querystring`, `params` or `headers` of HTTP, or in process the
 * argument `request` or `options`.
 */
export function invalidRequest(faults: readonly SchemaFault[], where: string): DoorFault {
  // A fault inside one branch of a `oneOf` says less than the fault of the `oneOf` itself, which comes last.
  const fault: Fault | undefined = faults.find(({ keyword }) => keyword === 'oneOf') ?? faults[0];
  if (fault === undefined) return new DoorFault('invalid_request', 'The request is not valid.');
  const at = fault.instancePath.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
  return new DoorFault('invalid_request', sentence(fault, where, at), { in: PARTS[where] ?? where, at });
}

const PARTS: Readonly<Record<string, string>> = { querystring: 'query', params: 'path', headers: 'header' };

/** What the sentence adds after an unknown field of an argument. */
const ARGUMENTS: Readonly<Record<string, string>> = { request: '', options: ' in options' };

function place(where: string, at: string): string {
  if (where === 'body') return at === '' ? 'The body' : at;
  if (where in ARGUMENTS) return at === '' ? where : at;
  const part = { querystring: 'Query parameter', params: 'Path parameter', headers: 'Header' }[where];
  return at === '' ? (where === 'querystring' ? 'The query' : 'The request') : `${part} ${at}`;
}

function unknownIn(where: string, at: string, name: string): string {
  if (where === 'querystring') return `query parameter ${name}`;
  return `field ${name}${at === '' ? (ARGUMENTS[where] ?? ' in the body') : ` in ${at}`}`;
}

function sentence(fault: Fault, where: string, at: string): string {
  const { keyword, params, parentSchema, data } = fault;
  const named = place(where, at);
  switch (keyword) {
    case 'additionalProperties': {
      const known = Object.keys(parentSchema?.properties ?? {}).join(', ');
      const unknown = quote(params['additionalProperty']);
      return `Unknown ${unknownIn(where, at, unknown)}: leave it out.${known === '' ? '' : ` Known: ${known}.`}`;
    }
    case 'required': {
      const name = String(params['missingProperty']);
      const field = parentSchema?.properties?.[name];
      const must = field === undefined ? '' : `, which must be ${words(field, keyword)}`;
      return `${named} lacks ${name}${must}.${unknownFields(data, parentSchema)}`;
    }
    case 'oneOf':
      return `${named} must have exactly one of delta and onHand.`;
    case 'minProperties':
      return `${named} must have at least one of ${Object.keys(parentSchema?.properties ?? {}).join(', ')}.`;
    default: {
      if (where === 'querystring' && Array.isArray(data))
        return `${named} is there ${data.length} times: name it once.`;
      const must = parentSchema === undefined ? 'valid' : mustBe(where, parentSchema, keyword);
      // Headers are shown without added quotes, since a header may bring its own.
      const got = where === 'headers' && data !== '' ? String(data) : quote(data);
      return `${named} must be ${must}, got ${got}.${inMinorUnits(at, data)}`;
    }
  }
}

/** A missing field is often there under another name. */
function unknownFields(data: unknown, schema: FieldSchema | undefined): string {
  if (typeof data !== 'object' || data === null) return '';
  const unknown = Object.keys(data).find((name) => !Object.hasOwn(schema?.properties ?? {}, name));
  return unknown === undefined ? '' : ` It has ${quote(unknown)}, which is not known.`;
}

const inMinorUnits = (at: string, data: unknown): string =>
  (at === 'price' || at === 'freight') && typeof data === 'number' && !Number.isInteger(data)
    ? ' Money is in minor units, such as cents.'
    : '';

const ARTICLES: Readonly<Record<string, string>> = {
  integer: 'an integer',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a JSON object',
  null: 'null',
};

/** In process, nothing is JSON. */
const mustBe = (where: string, schema: FieldSchema, keyword: string): string =>
  where in ARGUMENTS ? words(schema, keyword).replace('a JSON object', 'an object') : words(schema, keyword);

/** What a field must be, in words. Characters that a text must not have are named to the client. */
function words(schema: FieldSchema, keyword: string): string {
  const { minimum, minLength, maxLength, minItems, maxItems, pattern } = schema;
  if (schema.enum !== undefined) return `one of ${schema.enum.map(quote).join(', ')}`;
  const range = minimum === undefined ? '' : ` from ${minimum} to ${schema.maximum}`;
  const length = minLength === undefined ? '' : ` of ${minLength} to ${maxLength} characters`;
  const items = minItems === undefined ? '' : ` of ${minItems} to ${maxItems}`;
  const rule = pattern === undefined ? '' : ` ${PATTERN_WORDS.get(pattern) ?? `matching ${pattern}`}`;
  const form = keyword !== 'pattern' && rule.startsWith(' without ') ? '' : rule;
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return types
    .map((type) => (type === 'null' ? 'null' : `${ARTICLES[type] ?? type}${range}${length}${items}${form}`))
    .join(' or ');
}

function quote(value: unknown): string {
  const text = written(value);
  return text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}…` : text;
}

/** A program may pass what JSON cannot say, such as a bigint or a circular object. */
function written(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'nothing';
  } catch {
    return typeof value === 'bigint' ? `${value}n` : 'what JSON cannot say';
  }
}
