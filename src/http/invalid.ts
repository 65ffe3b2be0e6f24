/** From a fault that the schemas found to the sentence that names the field, what it must be and what came instead. */
import type { FastifySchemaValidationError } from 'fastify';
import { PATTERN_WORDS } from './fields.ts';
import { DoorFault } from './problems.ts';

/** The value that came is quoted up to this length. */
const QUOTED_MAX = 60;

/** Ajv's errors with `verbose`: the value that failed and the schema of the field. */
interface Fault extends FastifySchemaValidationError {
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

/** `where` is the part of the request that was validated: body, querystring, params or headers. */
export function invalidRequest(faults: readonly FastifySchemaValidationError[], where: string): DoorFault {
  // A fault inside one way to meet a `oneOf` says less than the `oneOf` itself, which comes last.
  const fault: Fault | undefined = faults.find(({ keyword }) => keyword === 'oneOf') ?? faults[0];
  if (fault === undefined) return new DoorFault('invalid_request', 'The request is not valid.');
  const missing = fault.params['missingProperty'];
  if (where === 'headers' && missing === 'idempotency-key') {
    return new DoorFault(
      'idempotency_key_required',
      'Asked twice, this would happen twice: send an Idempotency-Key header of 1 to 255 visible ASCII characters, the same one when you repeat the request.',
    );
  }
  const at = fault.instancePath.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
  return new DoorFault('invalid_request', sentence(fault, place(where, at)), { in: PARTS[where] ?? where, at });
}

const PARTS: Readonly<Record<string, string>> = { querystring: 'query', params: 'path', headers: 'header' };

function place(where: string, at: string): string {
  if (where === 'body') return at === '' ? 'The body' : at;
  const part = { querystring: 'Query parameter', params: 'Path parameter', headers: 'Header' }[where];
  return at === '' ? (where === 'querystring' ? 'The query' : 'The request') : `${part} ${at}`;
}

function sentence(fault: Fault, place: string): string {
  const { keyword, params, parentSchema, data } = fault;
  switch (keyword) {
    case 'additionalProperties': {
      const known = Object.keys(parentSchema?.properties ?? {}).join(', ');
      const unknown = quote(params['additionalProperty']);
      return `${place} has no field ${unknown}: leave it out.${known === '' ? '' : ` Known: ${known}.`}`;
    }
    case 'required': {
      const name = String(params['missingProperty']);
      const field = parentSchema?.properties?.[name];
      return `${place} lacks ${name}${field === undefined ? '' : `, which must be ${words(field)}`}.`;
    }
    case 'oneOf':
      return `${place} must have exactly one of delta and onHand.`;
    case 'minProperties':
      return `${place} must have at least one of ${Object.keys(parentSchema?.properties ?? {}).join(', ')}.`;
    default:
      return `${place} must be ${parentSchema === undefined ? 'valid' : words(parentSchema)}, got ${quote(data)}.`;
  }
}

const ARTICLES: Readonly<Record<string, string>> = {
  integer: 'an integer',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a JSON object',
  null: 'null',
};

/** What a field must be, in words. */
function words(schema: FieldSchema): string {
  const { minimum, minLength, maxLength, minItems, maxItems, pattern } = schema;
  if (schema.enum !== undefined) return `one of ${schema.enum.map(quote).join(', ')}`;
  const range = minimum === undefined ? '' : ` from ${minimum} to ${schema.maximum}`;
  const length = minLength === undefined ? '' : ` of ${minLength} to ${maxLength} characters`;
  const items = minItems === undefined ? '' : ` of ${minItems} to ${maxItems}`;
  const form = pattern === undefined ? '' : ` ${PATTERN_WORDS.get(pattern) ?? `matching ${pattern}`}`;
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return types
    .map((type) => (type === 'null' ? 'null' : `${ARTICLES[type] ?? type}${range}${length}${items}${form}`))
    .join(' or ');
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}…` : text;
}
