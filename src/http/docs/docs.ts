/**
 * The API describes itself: the OpenAPI document, its reference page, and what each problem means. All of it is made of
 * the routes, their schemas and the table of problems.
 */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifySchema, RouteOptions } from 'fastify';
import { Type } from 'typebox';
import type { CallAnswer } from '../../api/call.ts';
import { Fields, ID_LENGTH_MAX } from '../../api/fields.ts';
import { DoorFault, exampleOf, PROBLEMS, type ProblemCode } from '../../api/problems/problems.ts';
import { roleForAll } from '../access/roles.ts';
import type { App } from '../door.ts';
import { ICON } from './home.ts';
import { introduction, TAGS } from './introduction.ts';
import { plainDocs, type RouteDocs } from './route-docs.ts';

const PROBLEM_TYPE = 'application/problem+json';

const HEADERS = {
  etag: { type: 'string', description: 'The `version` in quotes; send it as `If-Match`, or as `If-None-Match`.' },
  location: { type: 'string', description: 'Where it is.' },
  'idempotent-replayed': {
    type: 'string',
    enum: ['true'],
    description: 'Present when this is the first answer, given again.',
  },
  'retry-after': { type: 'string', description: 'Seconds to wait.' },
};

const API_KEY = {
  type: 'http' as const,
  scheme: 'bearer',
  description: 'An API key, `sk_…`. The description of a call names the least role that it needs.',
};

const PROBLEM_SCHEMA = {
  type: 'object' as const,
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string' as const, format: 'uri-reference', description: '`GET` it for what the problem means.' },
    title: { type: 'string' as const },
    status: { type: 'integer' as const },
    detail: { type: 'string' as const, description: 'What is wrong and what to do, for people.' },
    code: { type: 'string' as const, enum: Object.keys(PROBLEMS), description: 'Stable, for programs.' },
    instance: { type: 'string' as const, format: 'uri-reference', description: 'What was asked for.' },
    requestId: { type: 'string' as const, description: 'The request, as `X-Request-Id` and in the log.' },
  },
  additionalProperties: true,
};

/** Call before the routes are put on. A host decides by itself which requests it lets in. */
export async function documentSchemas(app: App, isInHost: boolean): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Stock Keeper', version: '0.1.0', description: introduction(isInHost), license: { name: 'MIT' } },
      tags: TAGS,
      components: {
        schemas: { Problem: PROBLEM_SCHEMA },
        ...(isInHost ? {} : { securitySchemes: { apiKey: API_KEY } }),
      },
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json['$id'] ?? `def-${i}`) },
    transform: ({ schema, url, route }) => {
      const { security, ...told } = withAnswers(schema, route);
      return { schema: isInHost || security === undefined ? told : { ...told, security }, url };
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) throw new Error('the document is not OpenAPI 3');
      const { openapiObject } = document;
      for (const path of Object.values(openapiObject.paths ?? {})) {
        for (const operation of Object.values(path ?? {}) as { requestBody?: RequestBody }[])
          markOptional(operation.requestBody);
      }
      return openapiObject;
    },
  });
}

interface RequestBody {
  required: boolean;
  readonly content: Readonly<
    Record<string, { readonly schema: { readonly required?: readonly string[]; readonly minProperties?: number } }>
  >;
}

/** A body without required content need not be sent. */
function markOptional(body: RequestBody | undefined): void {
  const schema = body?.content['application/json']?.schema;
  if (body === undefined || schema === undefined) return;
  body.required = (schema.required?.length ?? 0) > 0 || (schema.minProperties ?? 0) > 0;
}

/** The route's schema with descriptions of its answers and with all its problems, by status. */
function withAnswers(schema: FastifySchema, { config }: RouteOptions): FastifySchema {
  if (config?.docs === undefined) return schema ?? { hide: true };
  const { answers } = config.docs;
  const isVersioned = ['if-match', 'if-none-match'].some((name) => takesHeader(schema, name));
  const mayBeStale = takesHeader(schema, 'if-match');
  const problems = mayBeStale ? [...config.docs.problems, 'stale_version' as const] : config.docs.problems;
  const described = Object.entries(answers).map(([status, docs]) => [
    status,
    answer(schema, status, docs, isVersioned),
  ]);
  const response = { ...Object.fromEntries(described), ...problemAnswers(problems) };
  const { role } = config;
  if (role === undefined || role === 'public' || role === 'supervisor') return { ...schema, security: [], response };
  const description = `${schema.description ?? ''}\n\nRole: \`${role}\`.`.trim();
  return { ...schema, description, security: [{ apiKey: [role] }], response };
}

/** A route that takes preconditions answers an ETag. A route that takes `If-Match` can be refused because of it. */
function takesHeader({ headers = {} }: FastifySchema, name: string): boolean {
  const { properties = {} } = headers as { properties?: Readonly<Record<string, unknown>> };
  return Object.hasOwn(properties, name);
}

function answer(
  { response }: FastifySchema,
  status: string,
  { description, example, mediaType = 'application/json', headers = [] }: CallAnswer,
  isVersioned: boolean,
): object {
  const names = isVersioned ? (['etag', ...headers] as const) : headers;
  const named = Object.fromEntries(names.map((name) => [name, HEADERS[name]]));
  const schema = (response as Readonly<Record<string, unknown>> | undefined)?.[status] ?? {};
  return example === undefined
    ? { type: 'null', description, headers: named }
    : { description, headers: named, content: { [mediaType]: { schema, example } } };
}

function headersOf(status: number): object {
  return status === 429 || status === 503 ? { 'retry-after': HEADERS['retry-after'] } : {};
}

function problemAnswers(problems: RouteDocs['problems']): Record<string, object> {
  const byStatus = Map.groupBy(problems, (code) => PROBLEMS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => {
      const examples = Object.fromEntries(
        codes.map((code) => [code, { summary: PROBLEMS[code].title, value: exampleOf(code) }]),
      );
      const description = codes.map((code) => `\`${code}\` ${PROBLEMS[code].title}.`).join('\n\n');
      const headers = headersOf(status);
      const content = { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' }, examples } };
      return [status, { description, headers, content }];
    }),
  );
}

const ProblemDocsBody = Fields({
  type: Type.String(),
  code: Type.String(),
  status: Type.Integer(),
  title: Type.String(),
  remedy: Type.String({ description: 'What to do about it.' }),
  example: Type.Unknown({ description: 'A problem of this type.' }),
});

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);

export function problemRoutes(app: App): void {
  app.get('/problems/:code', {
    schema: {
      operationId: 'readProblem',
      tags: ['Documentation'],
      summary: 'What a problem means, and what to do about it',
      description: 'The `type` of every problem leads here.',
      params: Fields({
        code: Type.String({
          maxLength: ID_LENGTH_MAX,
          description: 'The `code` of the problem.',
          examples: ['insufficient_stock'],
        }),
      }),
      response: { 200: ProblemDocsBody },
    },
    config: plainDocs(
      'public',
      { 200: { description: 'The meaning.', example: problemDocs('insufficient_stock') } },
      'route_not_found',
    ),
    handler: async ({ params: { code } }) => {
      if (isProblemCode(code)) return problemDocs(code, app.keeperPrefix);
      throw new DoorFault(
        'route_not_found',
        `There is no problem ${JSON.stringify(code)}. All are at ${app.keeperPrefix}/docs.`,
      );
    },
  });
}

/** Call after the other routes are put on. */
export async function documentRoutes(app: App): Promise<void> {
  app.get('/openapi.json', {
    schema: {
      operationId: 'readOpenApi',
      tags: ['Documentation'],
      summary: 'This description, as OpenAPI 3.1',
    },
    config: plainDocs('public', { 200: { description: 'The document.', example: { openapi: '3.1.0' } } }),
    handler: async (_request, reply) => reply.type('application/json').send(JSON.stringify(app.swagger())),
  });

  await app.register((page: App, _options, done) => {
    roleForAll(page, 'public');
    void page.register(swaggerUi, {
      routePrefix: '/docs',
      // The page's links are relative to the page, so they work under a prefix and behind a proxy that removes one.
      indexPrefix: '.',
      staticCSP:
        "default-src 'self'; base-uri 'self'; object-src 'none'; frame-ancestors 'none'; img-src 'self' data:; " +
        "style-src 'self' 'unsafe-inline'",
      uiConfig: { deepLinking: true, displayRequestDuration: true, docExpansion: 'list', defaultModelsExpandDepth: 0 },
      theme: {
        title: 'Stock Keeper',
        favicon: [{ filename: 'favicon.svg', rel: 'icon', sizes: 'any', type: 'image/svg+xml', content: ICON }],
        css: [{ filename: 'stock-keeper.css', content: '.swagger-ui .topbar { display: none; }' }],
      },
    });
    done();
  });
}

function problemDocs(code: ProblemCode, prefix = ''): Type.Static<typeof ProblemDocsBody> {
  const { status, title, remedy } = PROBLEMS[code];
  return {
    type: `${prefix}/problems/${code}`,
    code,
    status,
    title,
    remedy,
    example: exampleOf(code),
  };
}
