/**
 * HTTP/1.1 on bare sockets: what is sent is under no one's care, and what comes back is read strictly.
 * A `Wire` keeps one connection for request after request: closed → open, and closed again when the service says so or an answer is late.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Request } from './requests.ts';

export interface WireAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
}

/** What came of a request: an answer, or why there is none. */
export type Heard = WireAnswer | 'closed' | 'hung' | { readonly garbled: string };

/** Longer than the 15 seconds that a request may take to arrive. */
export const ANSWER_WITHIN_MS = 25_000;

const isBytes = /^[\0-\xff]*$/;

/** The bytes of a request; `length` of the body is told, unless the headers say something else about it. */
export function bytesOf({ method, target, headers, body }: Request): Buffer {
  const told = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  const host = headers.some(([name]) => name.toLowerCase() === 'host') ? [] : [['host', 'fuzz'] as const];
  const length = body === null || told ? [] : [['content-length', String(body.length)] as const];
  const lines = [...host, ...headers, ...length].map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, isBytes.test(head) ? 'latin1' : 'utf8'), body ?? Buffer.alloc(0)]);
}

export class Connection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    const end = () => {
      this.#ended = true;
      this.#wake();
    };
    socket.setNoDelay(true);
    socket.on('error', end).on('end', end).on('close', end);
    socket.on('data', (bytes: Buffer) => {
      this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
      this.#wake();
    });
  }

  static async open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url);
    // The client's side stays open when the service ends its own, so that all that was said is heard.
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const connection = new Connection(socket);
    await once(socket, 'connect');
    return connection;
  }

  get ended(): boolean {
    return this.#ended;
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** Says that nothing more comes. */
  end(): void {
    this.#socket.end();
  }

  /** The next answer; those that say "go on" (100) are passed over. To a HEAD an answer has no body. */
  async next(method: string, withinMs = ANSWER_WITHIN_MS): Promise<Heard> {
    const late = Date.now() + withinMs;
    for (;;) {
      const read = readAnswer(this.#received, method, this.#ended);
      if (read !== null && 'answer' in read) {
        this.#received = this.#received.subarray(read.length);
        if (read.answer.status === 100) continue;
        return read.answer;
      }
      if (read !== null) return read;
      if (this.#ended) return this.#received.length === 0 ? 'closed' : { garbled: shown(this.#received) };
      if (Date.now() >= late) return 'hung';
      await this.#more(late - Date.now());
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  async #more(withinMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, withinMs);
    this.#wake = resolve;
    await promise;
    clearTimeout(timer);
  }
}

export class Wire {
  readonly #url: string;
  #connection: Connection | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  async ask(request: Request): Promise<Heard> {
    if (this.#connection === null || this.#connection.ended) this.#connection = await Connection.open(this.#url);
    const connection = this.#connection;
    connection.write(bytesOf(request));
    const heard = await connection.next(request.method);
    const goesOn = typeof heard === 'object' && 'headers' in heard && heard.headers.get('connection')?.[0] !== 'close';
    if (!goesOn) this.close();
    return heard;
  }

  close(): void {
    this.#connection?.close();
    this.#connection = null;
  }
}

const shown = (bytes: Buffer) => JSON.stringify(bytes.subarray(0, 300).toString('latin1'));
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ([\t\x20-\x7e\x80-\xff]*)$/;

/** The answer at the beginning of the bytes, `null` while it is not whole, or what is wrong with it. */
function readAnswer(
  bytes: Buffer,
  method: string,
  ended: boolean,
): { answer: WireAnswer; length: number } | { garbled: string } | null {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return null;
  const [statusLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.1 ([1-5][0-9][0-9]) [\x20-\x7e]*$/.exec(statusLine)?.[1]);
  if (!(status >= 100)) return { garbled: `the status line ${JSON.stringify(statusLine)}` };
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const [, name, value = ''] = HEADER.exec(line) ?? [];
    if (name === undefined) return { garbled: `the header line ${JSON.stringify(line)}` };
    headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), value]);
  }
  const start = headEnd + 4;
  const done = (body: Buffer, end: number) => ({ answer: { status, headers, body }, length: end });
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return done(Buffer.alloc(0), start);
  const length = headers.get('content-length')?.[0];
  if (length === undefined) return ended ? done(bytes.subarray(start), bytes.length) : null;
  if (!/^[0-9]+$/.test(length)) return { garbled: `the length ${JSON.stringify(length)}` };
  const end = start + Number(length);
  return bytes.length < end ? null : done(bytes.subarray(start, end), end);
}
