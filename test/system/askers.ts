/**
 * Client processes, so that what is asked at once is asked by processes that run at once (`asker.ts`).
 * States: starting → idle ⇄ asking → gone. It ends with its block, and with the process that started it.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Request } from '../support/shop-client.ts';
import type { Told } from './asker.ts';

const MAIN = fileURLToPath(new URL('./asker.ts', import.meta.url));

export class Asker implements Disposable {
  readonly #child: ChildProcess;
  readonly #gone: Promise<never>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#gone = once(child, 'exit').then(([code, signal]) => {
      throw new Error(
        `a client process ended with ${signal ?? `exit code ${code}`} before it was answered; why is above`,
      );
    });
    this.#gone.catch(() => {});
  }

  /** Of the service at `url`; resolves when it can be told to ask. */
  static async start(url: string): Promise<Asker> {
    const asker = new Asker(fork(MAIN, [url]));
    await asker.#message();
    return asker;
  }

  /** One request at a time. Rejects when no answer came. */
  async ask(request: Request): Promise<Told> {
    const told = this.#message();
    this.#child.send(request);
    return (await told) as Told;
  }

  async #message(): Promise<unknown> {
    const [message] = await Promise.race([once(this.#child, 'message'), this.#gone]);
    return message;
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }
}

/** Whether each was sent before the other was answered. */
export function overlapped(one: Told, other: Told): boolean {
  return BigInt(one.sent) < BigInt(other.answered) && BigInt(other.sent) < BigInt(one.answered);
}
