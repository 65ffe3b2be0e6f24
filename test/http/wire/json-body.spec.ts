/** Bodies that are JSON, or nearly. */
import { fc, test } from '@fast-check/vitest';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseBody } from '../../../src/http/wire/json-body.ts';
import { text } from '../request-texts.ts';
import { type StandInKeeper, standIn } from '../stand-in.ts';

let app: FastifyInstance;
let keeper: StandInKeeper;

beforeAll(async () => {
  ({ app, keeper } = await standIn());
});
afterAll(() => app.close());

describe('a body that two readers could understand differently', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const cases: readonly [string, string | Buffer, string][] = [
    ['a key named twice', '{"lines":[{"skuId":"A","quantity":1,"quantity":2}]}', 'names "quantity" twice'],
    ['a key named twice, once escaped', '{"id":"A","\\u0069d":"B"}', 'names "id" twice'],
    ['a key named twice around an object', '{"a":{"a":1},"b":[{"a":2}],"a":3}', 'names "a" twice'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'not UTF-8'],
    ['a text after the value', '{} {}', 'not JSON'],
    ['a byte order mark before the value', '\ufeff{}', 'begins with a byte order mark, U+FEFF'],
    ['a comment', '{/* */}', 'not JSON'],
    ['NaN', '{"price":NaN}', 'not JSON'],
    ['deep nesting', nested(17), 'nested deeper than 16 levels'],
    ['very deep nesting', nested(100_000), 'nested deeper than 16 levels'],
    ['very deep nesting that does not end', '['.repeat(500_000), 'not JSON'],
  ];
  it.each(cases)('%s is malformed', async (_name, payload, detail) => {
    const { statusCode, json } = await app.inject({
      method: 'POST',
      url: '/orders',
      headers: { 'content-type': 'application/json' },
      payload,
    });
    const problem = json<{ code: string; detail: string }>();
    expect(problem.detail).toContain(detail);
    expect(problem.code).toBe('malformed_json');
    expect(statusCode).toBe(400);
  });

  it('is none that only looks like it', async () => {
    const payload = '{"id":"{\\"id\\":","lines":[{"skuId":"\\\\","quantity":1},{"skuId":"quantity","quantity":1}]}';
    const { statusCode } = await app.inject(text('POST', '/orders', payload));
    expect(statusCode).toBe(200);
    expect(keeper.last.command).toMatchObject({
      orderId: '{"id":',
      lines: [
        { skuId: '\\', quantity: 1 },
        { skuId: 'quantity', quantity: 1 },
      ],
    });
  });
});

describe('law: a body is read as JSON is, unless an object names a key twice', () => {
  const awkward = fc.string({
    unit: fc.constantFrom('"', '\\', ':', ',', '{', '}', '[', ']', 'a', '\u0000', '😀', '\ud800'),
  });
  const value = fc.jsonValue({ maxDepth: 5, stringUnit: fc.constantFrom('"', '\\', ':', '{', '}', '[', 'a', 'ü') });

  test.prop([value])('any value comes through', (json) => {
    const text = JSON.stringify(json, null, 1);
    expect(parseBody(Buffer.from(text))).toEqual(JSON.parse(text));
  });

  test.prop([fc.array(awkward, { minLength: 1 }), fc.nat()])('any key named twice is refused', (keys, at) => {
    const twice = [...keys, keys[at % keys.length] ?? ''];
    const text = `[{${twice.map((key) => `${JSON.stringify(key)}:{"a":"b"}`).join()}}]`;
    expect(() => parseBody(Buffer.from(text))).toThrow(/twice/);
  });
});
