/** A client on a bare socket, which is free to be slow. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const ORDER = JSON.stringify({ id: 'slow', lines: [{ skuId: 'a', quantity: 1 }] });

export class RawClient implements AsyncDisposable {
  /** Resolves when the connection is closed, by whomever. */
  readonly closed: Promise<unknown>;
  /** All that came. */
  received = '';
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.setEncoding('utf8').on('data', (text: string) => {
      this.received += text;
    });
  }

  /** Connected, with nothing sent. */
  static async connect(url: string): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    const client = new RawClient(connect(Number(port), hostname));
    await once(client.#socket, 'connect');
    return client;
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  /** Begins to place an order of one unit of SKU `a`; what it leaves out is returned. */
  beginOrder(): string {
    this.write(
      `POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${ORDER.length}\r\n\r\n{`,
    );
    return ORDER.slice(1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    await this.closed;
  }
}
