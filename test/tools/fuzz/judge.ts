/** Whether the document allows a request: read anew from its bytes, with another validator than the service's. */
import type { Request } from './requests.ts';

const BODY_MAX = 1024 * 1024;
const DEPTH_MAX = 16;

/** `null` when the document allows it, else what it does not allow, in words. */
function refusalReason({ call, target, headers, body }: Request): string | null {
  const [path = '', query] = splitOnce(target, '?');
  return (
    pathFault(call, path) ??
    queryFault(call, query) ??
    preconditionFault(call, headers) ??
    headerFault(call, headers) ??
    bodyFault(call, headers, body)
  );
}

function splitOnce(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function pathFault(call: Request['call'], path: string): string | null {
  const parts = path.slice(1).split('/');
  if (parts.length !== call.segments.length) return 'the path is another';
  for (const [index, segment] of call.segments.entries()) {
    if (!segment.startsWith('{')) {
      if (parts[index] !== segment) return 'the path is another';
      continue;
    }
    const value = decoded(parts[index] ?? '');
    const parameter = call.path.find(({ name }) => `{${name}}` === segment);
    if (value === null || value === '' || parameter?.meets(value) !== true) return `path parameter ${segment}`;
  }
  return null;
}

function queryFault(call: Request['call'], query: string | undefined): string | null {
  if (query === undefined) return null;
  const seen = new Set<string>();
  for (const part of query.split('&')) {
    if (part === '') continue;
    const [name, value = ''] = splitOnce(part, '=').map((text) => text && decoded(text.replaceAll('+', ' ')));
    if (name === null || value === null || name === undefined) return 'the query cannot be decoded';
    const parameter = call.query.find((one) => one.name === name);
    if (parameter === undefined) return `query parameter ${name} is unknown`;
    if (seen.has(name)) return `query parameter ${name} twice`;
    seen.add(name);
    const isNumber = parameter.schema.type === 'integer' && /^(0|[1-9][0-9]{0,9})$/.test(value);
    if (!parameter.meets(isNumber ? Number(value) : value)) return `query parameter ${name}`;
  }
  return null;
}

/** A precondition that the document does not name for a call cannot be honoured there, and is not passed over; what only spares an answer may be. */
function preconditionFault(call: Request['call'], headers: Request['headers']): string | null {
  const isRead = call.method === 'GET';
  const names = [
    'if-match',
    'if-none-match',
    'if-unmodified-since',
    ...(isRead ? [] : ['if-modified-since', 'if-range']),
  ];
  const unnamed = names.find(
    (name) =>
      headers.some(([sent]) => sent.toLowerCase() === name) && call.headers.every((known) => known.name !== name),
  );
  return unnamed === undefined ? null : `header ${unnamed} is none of the call`;
}

function headerFault(call: Request['call'], headers: Request['headers']): string | null {
  for (const { name, required, meets } of call.headers) {
    const values = headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value.trim());
    if (values.length === 0 && required) return `header ${name} is missing`;
    if (values.length > 0 && !meets(values.join(', '))) return `header ${name}`;
  }
  return null;
}

function bodyFault(call: Request['call'], headers: Request['headers'], body: Buffer | null): string | null {
  if (call.body === null) return null;
  if (body === null || body.length === 0) return call.body.required ? 'no body' : null;
  const types = headers.filter(([name]) => name.toLowerCase() === 'content-type').map(([, value]) => value);
  if (!/^application\/json([ \t]*;|$)/i.test(types[0]?.trim() ?? '')) return 'the media type';
  if (body.length > BODY_MAX) return 'the body is too large';
  const text = body.toString('utf8');
  if (!Buffer.from(text).equals(body)) return 'the body is not UTF-8';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'the body is not JSON';
  }
  if (depthOf(text) > DEPTH_MAX) return 'the body is too deep';
  if (namesTwice(text)) return 'a field twice';
  return call.body.meets(value) ? null : 'the body is not as its schema says';
}

/** Texts taken out, the most brackets open at once. */
function depthOf(json: string): number {
  let [depth, deepest] = [0, 0];
  for (const mark of json.replaceAll(/"(?:[^"\\]|\\.)*"/gs, '')) {
    if (mark === '{' || mark === '[') deepest = Math.max(deepest, ++depth);
    if (mark === '}' || mark === ']') depth--;
  }
  return deepest;
}

/** A field named twice is lost when it is parsed: then what is written again has fewer marks between key and value. */
function namesTwice(json: string): boolean {
  const colons = (text: string) => text.replaceAll(/"(?:[^"\\]|\\.)*"/gs, '').split(':').length;
  return colons(JSON.stringify(JSON.parse(json))) !== colons(json);
}

/** Refusals for what a schema cannot say: the sum of lines, currencies that exist, ids within a parameter. */
const BEYOND_SCHEMAS: readonly string[] = [
  'createSku',
  'placeOrder',
  'returnUnits',
  'listSkus',
  'listProducts',
  'putProduct',
  'changeSku',
  'receiveStock',
  'adjustStock',
];

/** Where the service and the document do not agree on what is allowed, in words. `body` is that of the answer. */
export function misjudged(request: Request, status: number, body: unknown): string[] {
  const reason = refusalReason(request);
  const code = (body as { code?: string } | null | undefined)?.code ?? '';
  if (reason !== null)
    return status < 400 ? [`${status} was answered, and the document does not allow it: ${reason}`] : [];
  const refused = [
    'invalid_request',
    'malformed_json',
    'malformed_url',
    'unsupported_media_type',
    'body_too_large',
  ].includes(code);
  const mayBe = code === 'invalid_request' && BEYOND_SCHEMAS.includes(request.call.operationId);
  return refused && !mayBe ? [`${code}, and the document allows it`] : [];
}
