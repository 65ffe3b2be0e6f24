/** Requests with something wrong in them: for each route that takes a body, a right one, and all the ways to spoil it. */

/** A request as bytes. `wrong` says what is wrong with it. */
export interface BadRequest {
  readonly wrong: string;
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** Right requests, if it were not for what is done to their bodies. SKU `a` and the order `placed` exist. */
const RIGHT: readonly { readonly method: 'POST' | 'PATCH'; readonly path: string; readonly body: Fields }[] = [
  { method: 'POST', path: '/skus', body: { id: 'bad', name: 'bad', price: 5, onHand: 7, safetyStock: 0 } },
  { method: 'PATCH', path: '/skus/a', body: { name: 'bad', price: 7 } },
  { method: 'POST', path: '/skus/a/receive', body: { quantity: 3, reason: 'bad', reference: 'bad' } },
  { method: 'POST', path: '/skus/a/adjust', body: { delta: 2, reason: 'bad' } },
  { method: 'POST', path: '/orders', body: { id: 'bad', lines: [{ skuId: 'a', quantity: 1 }], customerId: 'bad' } },
  { method: 'PATCH', path: '/orders/placed/lines/a', body: { quantity: 1 } },
  { method: 'POST', path: '/orders/placed/cancel', body: { reason: 'bad' } },
  { method: 'POST', path: '/orders/shipped/return', body: { lines: [{ skuId: 'a', quantity: 1 }], restock: true } },
];

/** In JSON, since not all of them can be said in JavaScript. */
const NO_NUMBERS = [
  'true',
  '"1"',
  '1.5',
  '9007199254740993',
  '1e400',
  '-9223372036854775809',
  'null',
  '[]',
  '{}',
  '[1]',
];
const NO_TEXTS = ['"a\\u0000b"', '"\\ud800"', '7', 'false', '[]', '{}', '""'];
/** Not free texts, which people may break into lines. */
const NO_IDS = ['"a\\nb"', '"\\u0085"', `"${'x'.repeat(129)}"`];
const DEPTH = 100_000;
const BYTES_TOO_MANY = 2 * 1024 * 1024;

/** All of them, a few hundred. Each must be refused with a problem of 4xx, and change nothing. */
export function badRequests(): BadRequest[] {
  const bodies = RIGHT.flatMap(({ method, path, body }) =>
    spoiled(body).map(([wrong, spoilt]) => ({
      wrong,
      method,
      path,
      headers: headersOf('application/json'),
      body: spoilt,
    })),
  );
  const types = RIGHT.flatMap(({ method, path, body }) =>
    ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml', 'x'].map(
      (type) => ({ wrong: `type ${type}`, method, path, headers: headersOf(type), body: JSON.stringify(body) }),
    ),
  );
  return [...bodies, ...types, ...BAD_ADDRESSES, ...badHeaders()];
}

/** A return needs a key; the others may have one. */
const headersOf = (type: string) => ({ 'content-type': type, 'idempotency-key': 'bad-key' });

function spoiled(right: Fields): (readonly [wrong: string, body: string | Buffer])[] {
  const json = JSON.stringify(right);
  const inside = json.slice(1, -1);
  const [first = ''] = Object.keys(right);
  const deep = (open: string, close: string) => `{"deep":${open.repeat(DEPTH)}1${close.repeat(DEPTH)},${inside}}`;
  return [
    ['2 MiB of blanks', `${json.slice(0, -1)}${' '.repeat(BYTES_TOO_MANY)}}`],
    ['2 MiB in a field', `{"pad":"${'x'.repeat(BYTES_TOO_MANY)}",${inside}}`],
    ['lists in lists', deep('[', ']')],
    ['objects in objects', deep('{"x":', '}')],
    ['lists that are never closed', '['.repeat(DEPTH)],
    ['__proto__', `{"__proto__":{"price":1,"quantity":1},${inside}}`],
    ['constructor', `{"constructor":{"prototype":{"quantity":1}},${inside}}`],
    ['a field that nobody knows', `{"hacked":1,${inside}}`],
    ['a key twice', `{${inside},${inside}}`],
    ['a key twice, once in escapes', `{${inside},"\\u00${first.charCodeAt(0).toString(16)}${first.slice(1)}":1}`],
    ['nothing but a list', `[${json}]`],
    ['nothing but a text', JSON.stringify(json)],
    ['null', 'null'],
    ['half of it', json.slice(0, -2)],
    ['more behind it', `${json}{}`],
    ['a comment', `${json}// bad`],
    ['single quotes', json.replaceAll('"', "'")],
    ['a byte order mark', `\ufeff${json}`],
    ['NaN', `{"nan":NaN,${inside}}`],
    ['a raw NUL', `${json.slice(0, -1)}\0}`],
    ['a raw line break in a text', `{"text":"a\nb",${inside}}`],
    [
      'bytes that are no UTF-8',
      Buffer.concat([Buffer.from('{"x":"'), Buffer.from([0xff, 0xfe]), Buffer.from(`",${inside}}`)]),
    ],
    ['an overlong NUL', Buffer.concat([Buffer.from('{"x":"'), Buffer.from([0xc0, 0x80]), Buffer.from(`",${inside}}`)])],
    ['UTF-8 cut in the middle', Buffer.from(`${json.slice(0, -2)}é`).subarray(0, -1)],
    ['UTF-16', Buffer.from(json, 'utf16le')],
    ...Object.keys(right).flatMap((name) => spoiledField(right, name)),
    ...('lines' in right ? spoiledLines(right) : []),
  ];
}

function spoiledField(right: Fields, name: string): (readonly [string, string])[] {
  const value = right[name];
  const isName = name === 'name' || name === 'reason' || name === 'reference';
  const values =
    typeof value === 'number'
      ? NO_NUMBERS
      : typeof value === 'string'
        ? [...NO_TEXTS, ...(isName ? [] : NO_IDS)]
        : ['7', '"x"', '{}', 'null'];
  return values.map((other) => [`${name} is ${other.slice(0, 40)}`, withField(right, name, other)]);
}

const withField = (right: Fields, name: string, json: string): string =>
  `{${Object.entries(right)
    .map(([key, value]) => `${JSON.stringify(key)}:${key === name ? json : JSON.stringify(value)}`)
    .join(',')}}`;

function spoiledLines(right: Fields): (readonly [string, string])[] {
  const line = (skuId: string, quantity: string) => `{"skuId":${skuId},"quantity":${quantity}}`;
  const lines = [
    '[]',
    '[null]',
    '[[]]',
    `[${line('"a"', '0')}]`,
    `[${line('"a"', '-1')}]`,
    `[${line('"a"', '1000001')}]`,
    ...NO_NUMBERS.map((quantity) => `[${line('"a"', quantity)}]`),
    ...[...NO_TEXTS, ...NO_IDS].map((skuId) => `[${line(skuId, '1')}]`),
    `[{"skuId":"a","quantity":1,"price":0}]`,
    `[{"skuId":"a","quantity":1,"__proto__":{"price":0}}]`,
    `[{"skuId":"a","quantity":1,"quantity":2}]`,
    `[${Array.from({ length: 501 }, (_, i) => line(`"s${i}"`, '1')).join(',')}]`,
    // Added together they are one line too large.
    `[${Array.from({ length: 3 }, () => line('"a"', '1000000')).join(',')}]`,
  ];
  return lines.map((json) => [`lines are ${json.slice(0, 60)}`, withField(right, 'lines', json)]);
}

const get = (path: string): BadRequest => ({
  wrong: `path ${path.slice(0, 60)}`,
  method: 'GET',
  path,
  headers: {},
  body: null,
});

const BAD_ADDRESSES: readonly BadRequest[] = [
  ...[
    '%00',
    '%ff',
    '%C0%80',
    '%',
    '%zz',
    'x'.repeat(129),
    'x'.repeat(3000),
    '%ED%A0%80',
    'a%0Ab',
    '..%2f..%2fetc',
  ].flatMap((id) => ['skus', 'orders', 'products'].map((kind) => get(`/${kind}/${id}`))),
  ...[
    'limit=0',
    'limit=201',
    'limit=-1',
    'limit=1e9',
    'limit=true',
    'limit=',
    'limit=1&limit=2',
    'after=%00',
    'x=1',
    'after=%ff',
    '%',
  ].flatMap((query) => ['/skus', '/orders', '/skus/a/movements'].map((path) => get(`${path}?${query}`))),
  ...['ids=', `ids=${'x,'.repeat(300)}`, 'ids=%00', 'ids=a&after=b'].map((query) => get(`/skus?${query}`)),
  ...['status=held', 'status=', 'customerId=%00'].map((query) => get(`/orders?${query}`)),
  get('/skus/a/movements?after=9007199254740993'),
  get('/nowhere'),
  { wrong: 'no such method', method: 'POST', path: '/products/p', headers: {}, body: null },
];

function badHeaders(): BadRequest[] {
  const receive = { method: 'POST', path: '/skus/a/receive', body: JSON.stringify({ quantity: 1 }) } as const;
  const type = { 'content-type': 'application/json' };
  return [
    ...['', 'a b', 'x'.repeat(256), 'é'].map((key) => ({
      ...receive,
      wrong: `key ${key.slice(0, 9)}`,
      headers: { ...type, 'idempotency-key': key },
    })),
    ...['7', 'W/"1"', '"x"', '"99999999999"', '"1", "2"'].map((tag) => ({
      ...receive,
      wrong: `If-Match ${tag}`,
      headers: { ...type, 'if-match': tag },
    })),
    {
      ...receive,
      wrong: 'compressed, by its header',
      headers: { ...type, 'content-encoding': 'gzip' },
      body: Buffer.from('H4sIAAAAAAAAA6uuBQBDv6ajAgAAAA==', 'base64'),
    },
    {
      wrong: 'a return without a key',
      method: 'POST',
      path: '/orders/shipped/return',
      headers: type,
      body: JSON.stringify({ lines: [{ skuId: 'a', quantity: 1 }], restock: true }),
    },
  ];
}

/** Sent as it stands: clients tidy such paths and headers up. The connection is closed behind the answer. */
const raw = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`;

/** What no client of HTTP sends: written to a bare socket. Each must be answered with a problem of 4xx, and the connection closed. */
export const BY_HAND: Readonly<Record<string, string>> = {
  'not even a method': '\u0016\u0003\u0001\r\n\r\n',
  'a header without a colon': 'GET /skus/a HTTP/1.1\r\nHost x\r\n\r\n',
  'a blank before the colon': 'GET /skus/a HTTP/1.1\r\nHost : x\r\n\r\n',
  'two lengths': 'POST /skus HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
  'a length and chunks':
    'POST /skus HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'a negative length': 'POST /skus HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
  'a length of letters': 'POST /skus HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n',
  'a chunk of no size':
    'POST /skus HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n',
  'a NUL in a header': 'GET /skus/a HTTP/1.1\r\nHost: x\r\nX-Bad: a\0b\r\n\r\n',
  'headers of 64 KiB': `GET /skus/a HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(65_536)}\r\n\r\n`,
  'a path out of the files of the reference page': raw('/docs/static/../../package.json'),
  'the same, encoded': raw('/docs/static/%2e%2e/%2e%2e/package.json'),
  'the same, with encoded slashes': raw('/docs/static/..%2f..%2fpackage.json'),
  'a NUL among these files': raw('/docs/static/%00'),
  'a path that begins twice': raw('//docs/static/../x'),
  'two API keys': raw('/skus/a', 'Authorization: Bearer a\r\nAuthorization: Bearer b\r\n'),
  'two idempotency keys': raw('/skus/a', 'Idempotency-Key: a\r\nIdempotency-Key: b\r\n'),
  'two versions': raw('/skus/a', 'If-Match: "1"\r\nIf-Match: "2"\r\n'),
  'a path of 64 KiB': `GET /${'x'.repeat(65_536)} HTTP/1.1\r\nHost: x\r\n\r\n`,
};
