/** What the service says of itself (`GET /openapi.json`), made ready to generate requests from and to hold answers against. */
import { Compile } from 'typebox/schema';

/** The part of JSON Schema that the document uses. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly minProperties?: number;
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

/** Whether a value meets a schema. */
export type Meets = (value: unknown) => boolean;

export interface Parameter {
  readonly name: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
  readonly meets: Meets;
}

export interface DocumentedAnswer {
  readonly mediaType: string | null;
  readonly meets: Meets;
  /** Of a problem: those that this call can answer under this status. */
  readonly codes: readonly string[];
  readonly headers: readonly string[];
}

/** One call of the document: a method on a path. */
export interface Call {
  /** `POST /skus/{id}/adjust`. */
  readonly name: string;
  readonly operationId: string;
  readonly method: string;
  /** Of the path, without the first slash; `{id}` is a parameter. */
  readonly segments: readonly string[];
  readonly path: readonly Parameter[];
  readonly query: readonly Parameter[];
  readonly headers: readonly Parameter[];
  readonly body: { readonly required: boolean; readonly schema: JsonSchema; readonly meets: Meets } | null;
  readonly answers: ReadonlyMap<number, DocumentedAnswer>;
}

interface RawOperation {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly in: 'path' | 'query' | 'header';
    readonly name: string;
    readonly required?: boolean;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { schema: JsonSchema }>>;
  };
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly headers?: object;
        readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema; readonly examples?: object }>>;
      }
    >
  >;
}

interface RawDocument {
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
}

/** The calls of an OpenAPI document. Throws when a schema cannot be compiled. */
export function callsOf(document: unknown): readonly Call[] {
  const { paths, components } = document as RawDocument;
  const whole = (schema: JsonSchema) => withoutRefs(schema, components?.schemas ?? {});
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => callOf(path, method.toUpperCase(), operation, whole)),
  );
}

function callOf(path: string, method: string, operation: RawOperation, whole: (s: JsonSchema) => JsonSchema): Call {
  const { operationId, parameters = [], requestBody, responses } = operation;
  const parametersIn = (where: string): Parameter[] =>
    parameters
      .filter((one) => one.in === where)
      .map(({ name, required = false, schema }) => ({ name, required, schema, meets: compiled(schema) }));
  const bodySchema = requestBody?.content['application/json']?.schema;
  return {
    name: `${method} ${path}`,
    operationId,
    method,
    segments: path.slice(1).split('/'),
    path: parametersIn('path'),
    query: parametersIn('query'),
    headers: parametersIn('header'),
    body:
      bodySchema === undefined
        ? null
        : { required: requestBody?.required === true, schema: whole(bodySchema), meets: compiled(whole(bodySchema)) },
    answers: new Map(
      Object.entries(responses).map(([status, { content = {}, headers = {} }]) => {
        const [mediaType = null] = Object.keys(content);
        const media = mediaType === null ? undefined : content[mediaType];
        return [
          Number(status),
          {
            mediaType,
            meets: compiled(whole(media?.schema ?? {})),
            codes: mediaType === 'application/problem+json' ? Object.keys(media?.examples ?? {}) : [],
            headers: Object.keys(headers),
          },
        ];
      }),
    ),
  };
}

function compiled(schema: JsonSchema): Meets {
  const validator = Compile(schema as object);
  return (value) => validator.Check(value);
}

const COMPONENT = '#/components/schemas/';

/** The schema with every component written out in its place; none names itself. */
function withoutRefs(schema: unknown, components: Readonly<Record<string, unknown>>): JsonSchema {
  if (typeof schema !== 'object' || schema === null) return schema as JsonSchema;
  if (Array.isArray(schema)) return schema.map((one: unknown) => withoutRefs(one, components)) as unknown as JsonSchema;
  const { $ref } = schema as { $ref?: string };
  if ($ref !== undefined) {
    const named = components[$ref.replace(COMPONENT, '')];
    if (named === undefined) throw new Error(`the document has no ${$ref}`);
    return withoutRefs(named, components);
  }
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withoutRefs(value, components)]));
}

/** The call that a request is of, whatever it was made from: the `likely` one if it fits. */
export function callFor(
  calls: readonly Call[],
  { call: likely, method, target }: { readonly call: Call; readonly method: string; readonly target: string },
): Call | null {
  const verb = method === 'HEAD' ? 'GET' : method;
  const parts = target.split('?')[0]?.slice(1).split('/') ?? [];
  const fits = (one: Call) =>
    one.method === verb &&
    one.segments.length === parts.length &&
    one.segments.every((segment, at) => segment.startsWith('{') || segment === parts[at]);
  return fits(likely) ? likely : (calls.find(fits) ?? null);
}
