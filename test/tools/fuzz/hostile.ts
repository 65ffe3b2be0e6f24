/** Bytes that are no honest HTTP: each case is sent on a connection of its own, and says what must come of it. */

/** What may become of hostile bytes. Everything but what is answered with 2xx must have written nothing. */
export interface Hostile {
  readonly name: string;
  readonly bytes: Buffer;
  /** Whether the client closes its side behind the bytes. */
  readonly ends: boolean;
  /** Statuses of the answers that are right, in order; `closed` is a connection closed without one. */
  readonly allowed: readonly (readonly (number | 'closed')[])[];
}

const JSON_TYPE = 'Content-Type: application/json\r\n';
const HOST = 'Host: x\r\n';
/** A SKU that is created for a client who does not wait for the answer. */
export const VANISHED = 'vanished';
const BODY = JSON.stringify({ id: 'smuggled', name: 'smuggled', price: 1, onHand: 1 });
const SMUGGLED = `POST /skus HTTP/1.1\r\n${HOST}${JSON_TYPE}Content-Length: ${BODY.length}\r\n\r\n${BODY}`;
const GET = `GET /health/live HTTP/1.1\r\n${HOST}\r\n`;
const LAST = `GET /health/live HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`;

const one = (...statuses: (number | 'closed')[]) => [statuses];
const bytes = (text: string | Buffer) => (typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
const hostile = (name: string, text: string | Buffer, allowed: Hostile['allowed'], ends = false): Hostile => ({
  name,
  bytes: bytes(text),
  ends,
  allowed,
});

/** A request whose length is told in two ways, or in a wrong one, with a second request hidden in what one of them leaves. */
const smuggling = (headers: string, body: string) =>
  hostile(
    `smuggling: ${JSON.stringify(headers)}`,
    `POST /orders/none/confirm HTTP/1.1\r\n${HOST}${headers}\r\n${body}`,
    one(400),
  );

const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const hidden = `0\r\n\r\n${SMUGGLED}`;

export const HOSTILE: readonly Hostile[] = [
  smuggling(`Content-Length: ${hidden.length}\r\n${CHUNKED}`, hidden),
  smuggling(`${CHUNKED}Content-Length: 4\r\n`, hidden),
  smuggling(`Content-Length: 0\r\nContent-Length: ${SMUGGLED.length}\r\n`, SMUGGLED),
  smuggling(`Content-Length: 0, 0\r\n`, SMUGGLED),
  smuggling(`Content-Length: +0\r\n`, SMUGGLED),
  smuggling(`Content-Length: -1\r\n`, SMUGGLED),
  smuggling(`Content-Length: 0x0\r\n`, SMUGGLED),
  smuggling(`Content-Length: 99999999999999999999\r\n`, SMUGGLED),
  smuggling(`Content-Length: 1 0\r\n`, SMUGGLED),
  smuggling(`Content-Length : 0\r\n`, SMUGGLED),
  smuggling(`Transfer-Encoding: xchunked\r\n`, hidden),
  smuggling(`Transfer-Encoding: chunked, identity\r\n`, hidden),
  smuggling(`Transfer-Encoding: identity\r\nContent-Length: 0\r\n`, hidden),
  smuggling(`Transfer-Encoding : chunked\r\n`, hidden),
  smuggling(`Transfer-Encoding:\u000bchunked\r\n`, hidden),
  smuggling(`X: y\nTransfer-Encoding: chunked\r\n`, hidden),
  smuggling(`X: y\rTransfer-Encoding: chunked\r\n`, hidden),
  smuggling(` Transfer-Encoding: chunked\r\n`, hidden),
  smuggling(CHUNKED, `2\n{}\r\n0\r\n\r\n`),
  smuggling(CHUNKED, `2\r\n{}0\r\n\r\n${SMUGGLED}`),
  smuggling(CHUNKED, `-1\r\n\r\n${SMUGGLED}`),
  smuggling(CHUNKED, `FFFFFFFFFFFFFFFFF\r\n{}\r\n${SMUGGLED}`),
  smuggling(CHUNKED, `0x2\r\n{}\r\n0\r\n\r\n`),
  smuggling(CHUNKED, `2 \r\n{}\r\n0\r\n\r\n`),
  smuggling(CHUNKED, `zz\r\n{}\r\n`),

  hostile(
    'a chunked body cut off',
    `POST /skus HTTP/1.1\r\n${HOST}${JSON_TYPE}${CHUNKED}\r\n5\r\n{"a`,
    [[400], ['closed']],
    true,
  ),
  hostile('a body cut off', SMUGGLED.slice(0, -1), [[400], ['closed']], true),
  hostile('a head cut off', `POST /skus HTTP/1.1\r\n${HOST}Content-Le`, [[400], ['closed']], true),
  hostile('nothing at all', '', [['closed']], true),
  hostile('line breaks alone', '\r\n\r\n\r\n\r\n', [['closed'], [400]], true),
  hostile('NUL', '\0\0\0\0\r\n\r\n', one(400)),
  hostile('TLS', Buffer.from('16030100c8010000c40303', 'hex'), one(400)),
  hostile('HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', one(400)),
  hostile('HTTP/0.9', 'GET /health/live\r\n\r\n', [[200], [400]]),
  hostile('HTTP/1.2', `GET /health/live HTTP/1.2\r\n${HOST}\r\n`, one(400)),
  hostile('HTTP/1.0', `GET /health/live HTTP/1.0\r\n\r\n`, [[200], [400]]),
  hostile('no host', `GET /health/live HTTP/1.1\r\n\r\n`, one(400)),
  hostile('two hosts', `GET /health/live HTTP/1.1\r\n${HOST}Host: y\r\n\r\n`, [[400], [200]], true),
  hostile('an unknown method', `FOO /skus HTTP/1.1\r\n${HOST}\r\n`, one(400)),
  hostile('a method in small letters', `get /skus HTTP/1.1\r\n${HOST}\r\n`, one(400)),
  hostile('CONNECT', `CONNECT x:1 HTTP/1.1\r\n${HOST}\r\n`, [['closed'], [400], [404], [405]], true),
  hostile('a star', `OPTIONS * HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, [[404], [400]]),
  hostile('an absolute URL', `GET http://evil.example/health/live HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, [
    [200],
    [404],
    [400],
  ]),
  hostile('a URL without a slash', `GET health/live HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, [[400], [404]]),
  hostile('a URL with a space', `GET /health /live HTTP/1.1\r\n${HOST}\r\n`, one(400)),
  hostile(
    'a URL with bytes',
    Buffer.concat([
      Buffer.from('GET /skus/'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from(` HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`),
    ]),
    [[400], [404]],
  ),
  hostile('a URL in UTF-8', Buffer.from(`GET /skus/é😀 HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`), [[400], [404]]),
  hostile('a URL with NUL', `GET /skus/a\0b HTTP/1.1\r\n${HOST}\r\n`, one(400)),
  hostile('dots in the URL', `GET /skus/../health/live HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, one(404)),
  hostile('a long URL', `GET /skus/${'a'.repeat(10_000)} HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, [[400], [404]]),
  hostile('a longer URL', `GET /skus/${'a'.repeat(100_000)} HTTP/1.1\r\n${HOST}\r\n`, one(431)),
  hostile('a long header', `GET /health/live HTTP/1.1\r\n${HOST}X: ${'a'.repeat(100_000)}\r\n\r\n`, one(431)),
  hostile('many headers', `GET /health/live HTTP/1.1\r\n${HOST}${'A: b\r\n'.repeat(1990)}Connection: close\r\n\r\n`, [
    [200],
    [431],
  ]),
  hostile('too many headers', `GET /health/live HTTP/1.1\r\n${HOST}${'A: b\r\n'.repeat(100_000)}\r\n`, one(431)),
  hostile('a header without a name', `GET /health/live HTTP/1.1\r\n${HOST}: b\r\n\r\n`, one(400)),
  hostile('a header without a colon', `GET /health/live HTTP/1.1\r\n${HOST}abc\r\n\r\n`, one(400)),
  hostile('a header with NUL', `GET /health/live HTTP/1.1\r\n${HOST}X: a\0b\r\n\r\n`, one(400)),
  hostile('a header with a line break', `GET /health/live HTTP/1.1\r\n${HOST}X: a\rb\r\n\r\n`, one(400)),
  hostile('a folded header', `GET /health/live HTTP/1.1\r\n${HOST}X: a\r\n b\r\nConnection: close\r\n\r\n`, [
    [400],
    [200],
  ]),
  hostile('line feeds alone', `GET /health/live HTTP/1.1\nHost: x\n\n`, [[400], [200]], true),
  hostile('a name with bytes', Buffer.from(`GET /health/live HTTP/1.1\r\n${HOST}é: b\r\n\r\n`), one(400)),
  hostile(
    'another expectation',
    `POST /skus HTTP/1.1\r\n${HOST}${JSON_TYPE}Expect: 200-ok\r\nContent-Length: ${BODY.length}\r\nConnection: close\r\n\r\n${BODY}`,
    [[201], [409]],
  ),
  hostile(
    'an upgrade',
    `GET /health/live HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
    [[200], [400]],
    true,
  ),
  hostile(
    'an upgrade to HTTP/2',
    `GET /health/live HTTP/1.1\r\n${HOST}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n`,
    [[200], [400]],
    true,
  ),
  hostile('requests in one piece', `${GET.repeat(9)}${LAST}`, one(...Array.from({ length: 10 }, () => 200))),
  hostile('a broken request behind a good one', `${GET}BROKEN\r\n\r\n`, one(200, 400)),
  hostile('a broken request behind one that writes', `${SMUGGLED.replace('smuggled', 'answered')}BROKEN\r\n\r\n`, [
    [201, 400],
    [409, 400],
  ]),
  hostile('a request behind the last one', `${LAST}${SMUGGLED}`, one(200)),
  hostile(
    'a body of a HEAD',
    `HEAD /skus/none HTTP/1.1\r\n${HOST}Content-Length: ${BODY.length}\r\nConnection: close\r\n\r\n${BODY}`,
    [[404]],
  ),
  hostile(
    'trailers',
    `POST /orders/none/confirm HTTP/1.1\r\n${HOST}${JSON_TYPE}${CHUNKED}Trailer: X\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\nContent-Length: 5\r\nX: y\r\n\r\n`,
    [[404], [400]],
  ),
  hostile(
    'chunk extensions',
    `POST /orders/none/confirm HTTP/1.1\r\n${HOST}${JSON_TYPE}${CHUNKED}Connection: close\r\n\r\n2;a="b;c"\r\n{}\r\n0;x\r\n\r\n`,
    [[404], [400]],
  ),
  hostile(
    'long chunk extensions',
    `POST /orders/none/confirm HTTP/1.1\r\n${HOST}${JSON_TYPE}${CHUNKED}\r\n2;${'a'.repeat(100_000)}\r\n{}\r\n0\r\n\r\n`,
    [[413], [400], [431]],
  ),
  hostile('a client that is gone', SMUGGLED.replaceAll('smuggled', VANISHED), [[201], [409], ['closed']], true),
];
