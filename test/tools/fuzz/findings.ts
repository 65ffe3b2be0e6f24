/** What was found, told so that it can be repeated: the request as a line for a shell, cut down to what it takes. */
import type { Kind } from './cases.ts';
import type { Request } from './requests.ts';
import { bytesOf, type Heard } from './wire.ts';

export interface Finding {
  /** The how manieth case of the run. */
  readonly nth: number;
  readonly kind: Kind;
  readonly what: string;
  readonly faults: readonly string[];
  readonly repeat: string;
  readonly heard: string;
}

const SHOWN_MAX = 3000;

/** The same fault of the same call is one finding, however often it is met. */
export const signature = (call: string, faults: readonly string[]): string =>
  `${call}: ${faults.map((fault) => fault.replaceAll(/"[^"]*"|[0-9]+/g, '…').slice(0, 60)).join('; ')}`;

export function shellLine(url: string, bytes: Buffer): string {
  const { hostname, port } = new URL(url);
  const escaped = [...bytes]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f && !"'\\%".includes(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `\\${byte.toString(8).padStart(3, '0')}`,
    )
    .join('')
    .replaceAll('\\015\\012', '\\r\\n');
  const text = escaped.length <= SHOWN_MAX ? escaped : `${escaped.slice(0, SHOWN_MAX)}… (${bytes.length} bytes in all)`;
  return `printf '${text}' | nc -w 5 ${hostname} ${port}`;
}

/** As one would type it, when it has nothing that curl would tidy away; else the bytes themselves. */
export function repeatLine(url: string, request: Request): string {
  const { method, target, headers, body } = request;
  const texts = [target, ...headers.flat(), body?.toString('utf8') ?? ''];
  const plain =
    texts.every((text) => /^[\x20-\x7e]*$/.test(text)) &&
    headers.every(([, value]) => value.trim() !== '') &&
    texts.join('').length < SHOWN_MAX;
  if (!plain) return shellLine(url, bytesOf(request));
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const words = [
    `curl -i -g --path-as-is -X ${method} ${quoted(url + target)}`,
    ...headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
  ];
  return [...words, ...(body === null ? [] : [`--data-binary ${quoted(body.toString('utf8'))}`])].join(' ');
}

export function heardInWords(heard: Heard): string {
  if (typeof heard === 'string')
    return heard === 'closed' ? 'the connection was closed without an answer' : 'no answer came in time';
  if ('garbled' in heard) return `the answer is garbled: ${heard.garbled}`;
  return `${heard.status} ${heard.body.toString('utf8').slice(0, 1500)}`;
}

/** Smaller requests that may show the same: without a header, without the query, without a field. */
export function smaller(request: Request): Request[] {
  const { headers, target, body } = request;
  const fewer = headers.map((_, index) => ({ ...request, headers: headers.filter((__, other) => other !== index) }));
  const noQuery = target.includes('?') ? [{ ...request, target: target.split('?')[0] ?? '/' }] : [];
  return [...fewer, ...noQuery, ...fieldsFewer(body).map((text) => ({ ...request, body: Buffer.from(text) }))];
}

function fieldsFewer(body: Buffer | null): string[] {
  try {
    const value: unknown = JSON.parse(body?.toString('utf8') ?? '');
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
    return Object.keys(value).map((key) =>
      JSON.stringify(Object.fromEntries(Object.entries(value).filter(([other]) => other !== key))),
    );
  } catch {
    return [];
  }
}
