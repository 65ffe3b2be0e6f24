/** Many bare connections to the service, from this process: some ask, some only stay, some never read what they are answered. */
import { connect, type Socket } from 'node:net';

/** Status of an answer and the code of its problem; `closed` when the connection ended without one. */
export type Answer = { readonly status: number; readonly text: string } | 'closed';

/** Connections are opened so many at a time: the queue of the listening socket holds no more than a few hundred. */
const OPENED_AT_ONCE = 200;

/** One connection, with one request at a time. */
export class Member {
  /** Whether it is open still. */
  isOpen = true;
  readonly #socket: Socket;
  #received = '';
  #waiting: ((answer: Answer) => void) | null = null;

  constructor(socket: Socket) {
    this.#socket = socket.setEncoding('latin1').setNoDelay();
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isOpen = false;
      this.#answer('closed');
    });
    socket.on('data', (text: string) => {
      this.#received += text;
      const end = this.#received.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(this.#received)?.[1]);
      if (end === -1 || this.#received.length < end + 4 + length) return;
      const status = Number(this.#received.split(' ', 2)[1]);
      this.#answer({ status, text: this.#received.slice(end + 4) });
    });
  }

  ask(request: string): Promise<Answer> {
    if (!this.isOpen) return Promise.resolve('closed');
    this.#received = '';
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#socket.write(request);
    });
  }

  /** Sends without waiting for an answer. */
  write(bytes: string): void {
    this.#socket.write(bytes);
  }

  /** Reads nothing from here on. */
  turnAway(): void {
    this.#socket.pause();
  }

  close(): void {
    this.#socket.destroy();
  }

  #answer(answer: Answer): void {
    this.#waiting?.(answer);
    this.#waiting = null;
  }
}

export class Crowd implements Disposable {
  readonly members: readonly Member[];

  private constructor(members: readonly Member[]) {
    this.members = members;
  }

  /** Opens `size` connections to the service at `url`. */
  static async open(url: string, size: number): Promise<Crowd> {
    const { hostname, port } = new URL(url);
    const members: Member[] = [];
    while (members.length < size) {
      const some = Array.from({ length: Math.min(OPENED_AT_ONCE, size - members.length) }, () =>
        connected(connect(Number(port), hostname)),
      );
      members.push(...(await Promise.all(some)));
    }
    return new Crowd(members);
  }

  /** Everyone asks, all at once. */
  ask(requestOf: (at: number) => string): Promise<Answer[]> {
    return Promise.all(this.members.map((member, at) => member.ask(requestOf(at))));
  }

  [Symbol.dispose](): void {
    for (const member of this.members) member.close();
  }
}

function connected(socket: Socket): Promise<Member> {
  const member = new Member(socket);
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(member));
    socket.once('error', reject);
  });
}

export const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

export function post(path: string, body: unknown): string {
  const text = JSON.stringify(body);
  return `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

/** How many answers there are of each status and problem. */
export function tallyOf(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const code = answer === 'closed' ? '' : (/"code":"(\w+)"/.exec(answer.text)?.[1] ?? '');
    const kind = answer === 'closed' ? answer : `${answer.status} ${code}`.trim();
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
