/**
 * A connection between the service and PostgreSQL that breaks on command. All it knows of the traffic is the beginning
 * of the statement that commits a batch. That statement is called COMMIT here.
 *
 * A plan waits for the next COMMIT, which uses it up. After that the connection is whole again:
 *   cut_before   the COMMIT never arrives, both ends are cut
 *   cut_after    the COMMIT arrives and is carried out, the answer does not come back, both ends are cut
 *   cut_at_once  the COMMIT arrives and the service's end is cut while the server is still working, or has not begun
 * `swallow` makes a black hole until `heal`: connections stay open, new ones are accepted, and nothing passes in either
 * direction.
 *
 * These do not wait for a COMMIT: `blackHole` begins at once, `cutAll` cuts the open connections, `delayMs` delays each
 * chunk of bytes.
 */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export type CutPlan = 'cut_before' | 'cut_after' | 'cut_at_once';

const COMMIT = 'select commit_batch_';

interface Target {
  readonly host: string;
  readonly port: number;
}

function targetOf(url: string): Target {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

export class Wire implements AsyncDisposable {
  /** The URL of this proxy. It leads to the server that the proxy was opened for. */
  readonly url: string;
  /** How many COMMITs met a plan. */
  cuts = 0;
  /** Every chunk of bytes that comes from now on arrives this much later, in either direction. Milliseconds. */
  delayMs = 0;
  readonly #server: Server;
  #target: Target;
  readonly #sockets = new Set<Socket>();
  #plan: { readonly kind: CutPlan | 'swallow'; readonly meanwhile: Promise<void>; readonly done: () => void } | null =
    null;
  #blackHole = false;

  private constructor(server: Server, url: string, target: Target) {
    this.#server = server;
    this.#target = target;
    this.url = url;
    server.on('connection', (near) => this.#join(near, connect(this.#target)));
  }

  /** Opens a proxy to the PostgreSQL server at `url`. */
  static async open(url: string): Promise<Wire> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    const through = new URL(url);
    through.host = `127.0.0.1:${address.port}`;
    return new Wire(server, through.href, targetOf(url));
  }

  /** Connections made from now on lead to the PostgreSQL server at `url`. */
  switchTo(url: string): void {
    this.#target = targetOf(url);
  }

  /**
   * Breaks the connection at the next COMMIT, and resolves when that has happened. With `swallow`, nothing passes from
   * that COMMIT on. `cut_at_once` waits for `meanwhile` before it cuts.
   */
  atCommit(kind: CutPlan | 'swallow', meanwhile: Promise<void> = Promise.resolve()): Promise<void> {
    return new Promise((resolve) => {
      this.#plan = { kind, meanwhile, done: resolve };
    });
  }

  /** Nothing passes from now on, until `heal`. */
  blackHole(): void {
    this.#blackHole = true;
  }

  /** Cuts all open connections. New ones are whole. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** New connections are whole. Those that the black hole took stay in it. */
  heal(): void {
    this.#blackHole = false;
  }

  #join(near: Socket, far: Socket): void {
    let lost = this.#blackHole;
    let silent = false;
    const [toFar, toNear] = [this.#lane(far), this.#lane(near)];
    for (const socket of [near, far]) {
      this.#sockets.add(socket.setNoDelay());
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    }
    // Nobody sees that a connection in the black hole was closed.
    near.on('close', () => lost || this.#blackHole || far.end());
    far.on('close', () => lost || this.#blackHole || near.destroy());
    near.on('data', (bytes: Buffer) => {
      lost ||= this.#blackHole;
      if (lost) return;
      const plan = this.#plan;
      if (plan === null || !bytes.includes(COMMIT)) return toFar(bytes);
      this.#plan = null;
      this.cuts++;
      if (plan.kind === 'cut_after' || plan.kind === 'cut_at_once') toFar(bytes);
      if (plan.kind === 'cut_after') {
        silent = true;
        far.once('data', () => near.destroy());
      } else if (plan.kind === 'cut_at_once') {
        void plan.meanwhile.then(() => near.destroy());
      } else if (plan.kind === 'swallow') {
        lost = true;
        this.#blackHole = true;
      } else {
        near.destroy();
      }
      plan.done();
    });
    far.on('data', (bytes: Buffer) => {
      lost ||= this.#blackHole;
      if (!lost && !silent) toNear(bytes);
    });
  }

  /** One direction of a connection. Chunks stay in order, and each is delayed by the delay at its arrival. */
  #lane(to: Socket): (bytes: Buffer) => void {
    const late: { readonly due: number; readonly bytes: Buffer }[] = [];
    const pass = () => {
      for (let first = late[0]; first !== undefined; first = late[0]) {
        const wait = first.due - performance.now();
        if (wait > 0) return void setTimeout(pass, wait);
        late.shift();
        if (to.writable) to.write(first.bytes);
      }
    };
    return (bytes) => {
      late.push({ due: performance.now() + this.delayMs, bytes });
      // If other chunks are waiting, the loop that waits for the first of them also passes this one on.
      if (late.length === 1) pass();
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cutAll();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
