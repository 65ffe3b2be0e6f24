/** The API's description of itself, held against the standard, the routes and the table of problems. */
import { Validator } from '@seriousme/openapi-schema-validator';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleOf, PROBLEMS, type ProblemCode } from '../../../src/api/problems/problems.ts';
import { type StandInKeeper, standIn } from '../stand-in.ts';
import { type Operation, operationsOf } from './declared.ts';

/** Every call that is promised, and no other. */
const CALLS = [
  'DELETE /carts/{id}/lines/{skuId}',
  'GET /carts/{id}',
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'GET /openapi.json',
  'GET /orders',
  'GET /orders/{id}',
  'GET /orders/{id}/waiting',
  'GET /problems/{code}',
  'GET /products',
  'GET /products/{id}',
  'GET /skus',
  'GET /skus/{id}',
  'GET /skus/{id}/movements',
  'GET /skus/{id}/waiting',
  'PATCH /carts/{id}',
  'PATCH /orders/{id}/lines/{skuId}',
  'PATCH /skus/{id}',
  'POST /availability',
  'POST /carts/{id}/checkout',
  'POST /carts/{id}/merge',
  'POST /orders',
  'POST /orders/{id}/cancel',
  'POST /orders/{id}/confirm',
  'POST /orders/{id}/return',
  'POST /orders/{id}/ship',
  'POST /skus',
  'POST /skus/{id}/adjust',
  'POST /skus/{id}/receive',
  'PUT /carts/{id}/lines/{skuId}',
  'PUT /products/{id}',
];

/** A body need not be sent to these. */
const BODY_OPTIONAL = ['POST /orders/{id}/cancel', 'POST /orders/{id}/confirm', 'POST /orders/{id}/ship'];

let app: FastifyInstance;
let keeper: StandInKeeper;
let document: Record<string, unknown>;
let operations: ReadonlyMap<string, Operation>;

beforeAll(async () => {
  ({ app, keeper } = await standIn());
  document = (await app.inject('/openapi.json')).json();
  operations = operationsOf(document);
});
afterAll(() => app.close());

function operation(call: string): Operation {
  const found = operations.get(call);
  if (found === undefined) throw new Error(`${call} is not described`);
  return found;
}

const examplesOf = (media: Operation['requestBody']['content'][string]): unknown[] =>
  'example' in media ? [media.example] : Object.values(media.examples ?? {}).map(({ value }) => value);

describe('the document', () => {
  it('is valid OpenAPI 3.1', async () => {
    expect(document['openapi']).toBe('3.1.0');
    expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
  });

  it('describes every call', () => {
    expect([...operations.keys()].toSorted()).toEqual(CALLS);
    const ids = [...operations.values()].map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(CALLS.length);
  });

  it('declares every problem somewhere, but those of the connection and of unknown paths', () => {
    const declared = new Set(
      [...operations.values()].flatMap(({ responses }) =>
        Object.values(responses).flatMap(({ content }) =>
          Object.keys(content?.['application/problem+json']?.examples ?? {}),
        ),
      ),
    );
    const elsewhere = ['malformed_http', 'headers_too_large', 'method_not_allowed'];
    expect([...declared, ...elsewhere].toSorted()).toEqual(Object.keys(PROBLEMS).toSorted());
    for (const code of elsewhere) expect(JSON.stringify(document['info'])).toContain(code);
  });
});

describe.each(CALLS)('%s', (call) => {
  it('has a summary, a tag, and words for each parameter', () => {
    const { summary, tags, parameters = [] } = operation(call);
    expect(summary).toMatch(/^[A-Z].{5,}/);
    expect(tags).toHaveLength(1);
    for (const { description } of parameters) expect(description).toMatch(/^.{5,}/);
  });

  it('names the role that it asks for, and what becomes of those without', () => {
    const { security, description = '', responses } = operation(call);
    const [role] = security[0]?.['apiKey'] ?? [];
    const statuses = Object.keys(responses);
    const isPublic = /^GET \/(health|problems|openapi)/.test(call);
    expect(role === undefined).toBe(isPublic);
    if (role !== undefined) expect(description).toContain(`Role: \`${role}\`.`);
    expect(statuses.includes('401')).toBe(!isPublic);
    expect(statuses.includes('403')).toBe(!isPublic && role !== 'reader');
    expect(statuses.includes('429')).toBe(!call.startsWith('GET /health'));
  });

  it('has an example of every answer with a body', () => {
    const answers = Object.entries(operation(call).responses).filter(([status]) => Number(status) < 400);
    expect(answers.length).toBeGreaterThan(0);
    for (const [status, { description, content }] of answers) {
      expect(description).not.toBe('Default Response');
      if (status !== '304')
        expect(Object.values(content ?? {})).toEqual([expect.objectContaining({ example: expect.anything() })]);
    }
  });

  it('declares problems that exist, under their status, as they are', () => {
    const problems = Object.entries(operation(call).responses).filter(([status]) => Number(status) >= 400);
    for (const [status, { content }] of problems) {
      const { examples = {} } = content?.['application/problem+json'] ?? {};
      expect(Object.keys(examples)).not.toEqual([]);
      for (const [code, { value }] of Object.entries(examples)) {
        expect(PROBLEMS[code as ProblemCode].status).toBe(Number(status));
        expect(value).toEqual(JSON.parse(JSON.stringify(exampleOf(code as ProblemCode))));
      }
    }
    expect(problems.map(([status]) => status)).toContain('500');
  });
});

describe('a refusal', () => {
  it.each(CALLS)('of %s is decided afresh: it never says that it is given again', (call) => {
    const { responses } = operation(call);
    for (const [status, { headers = {} }] of Object.entries(responses)) {
      if (Number(status) >= 400) expect(headers, status).not.toHaveProperty('idempotent-replayed');
    }
  });
});

describe.each(CALLS.filter((call) => !/^(GET|DELETE)/.test(call)))('%s, which has a body,', (call) => {
  it('takes its own examples', async () => {
    const { requestBody } = operation(call);
    expect(requestBody.required).toBe(!BODY_OPTIONAL.includes(call));
    const [method = '', path = ''] = call.split(' ');
    const media = requestBody.content['application/json'];
    const bodies = media === undefined ? [] : examplesOf(media);
    expect(bodies).not.toEqual([]);
    for (const payload of bodies) {
      const url = path.replace(/\{\w+\}/g, 'A');
      const headers = { 'idempotency-key': 'k' };
      const { statusCode } = await app.inject({ method: method as 'POST', url, headers, payload: payload as object });
      expect(statusCode).toBe(200);
    }
    expect(keeper.asked).not.toEqual([]);
  });
});

/** Every object in the examples of answers below 400. */
function* shown(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const inner of Object.values(value)) yield* shown(inner);
}

describe('an example', () => {
  const all = () =>
    [...operations.values()].flatMap(({ responses }) =>
      Object.values(responses).flatMap(({ content }) => [...shown(content?.['application/json']?.example)]),
    );

  it('of a SKU adds up', () => {
    const skus = all().filter((value) => 'safetyStock' in value);
    expect(skus.length).toBeGreaterThan(5);
    for (const { available, onHand, backorderLimit, safetyStock, reserved } of skus) {
      expect(available).toBe(Number(onHand) + Number(backorderLimit) - Number(safetyStock) - Number(reserved));
    }
  });

  it('of an order adds up', () => {
    const orders = all().filter((value) => 'freight' in value && 'totalAmount' in value);
    expect(orders.length).toBeGreaterThan(5);
    for (const { lines, freight, totalAmount, totalCount } of orders) {
      const each = lines as { quantity: number; unitPrice: number }[];
      expect(totalCount).toBe(each.reduce((sum, { quantity }) => sum + quantity, 0));
      expect(totalAmount).toBe(
        each.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, Number(freight)),
      );
    }
  });
});

describe('the reference page', () => {
  it('is served with what it needs, and lets nothing else in', async () => {
    const { statusCode, headers, body } = await app.inject('/docs');
    expect(statusCode).toBe(200);
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    for (const [, path = ''] of body.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect((await app.inject(path)).statusCode).toBe(200);
    }
    expect((await app.inject('/docs/json')).json()).toEqual(document);
  });
});
