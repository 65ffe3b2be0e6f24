/** The one reader of the schemas of requests, over HTTP and in process: strict, nothing is coerced, dropped or filled in. */
import { Ajv } from 'ajv';
import type { FastifySchemaValidationError } from 'fastify';

export interface Validate {
  (value: unknown): boolean;
  /** What the last value failed by. */
  errors?: readonly FastifySchemaValidationError[] | null;
}

/** Compiles a schema when it is first asked for, and remembers it. */
export function createValidator(): (schema: object) => Validate {
  const ajv = new Ajv({
    coerceTypes: false,
    removeAdditional: false,
    useDefaults: false,
    allErrors: false,
    allowUnionTypes: true,
    verbose: true,
    keywords: ['x-examples'],
  });
  return (schema) => ajv.compile(schema) as Validate;
}
