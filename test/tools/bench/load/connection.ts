/**
 * One HTTP connection of the load, with one request on it at a time. The load shares its cores with what it measures: orders are made ready
 * once, answers are not read, and asking takes no closure.
 *
 * States: idle → asked → idle …, changed by asking and by the last byte of the answer; broken, for good, by the first fault of the wire.
 */
import type { Client, Dispatcher } from 'undici';
import type { Asker, Channel } from './channel.ts';
import type { AskedOrder } from './workloads.ts';

/** Statuses that the load expects; of any other answer the text is kept. */
const USUAL = [200, 201, 409, 503];
const TEXT_CHARS_MAX = 300;

/** The requests of orders, each made when it is first asked for. */
export type Requests = Map<AskedOrder, Dispatcher.DispatchOptions>;

export class Connection implements Channel, Dispatcher.DispatchHandler {
  sentMs = 0;
  text = '';
  readonly #client: Client;
  readonly #requests: Requests;
  readonly #tell: () => void;
  #asker: Asker | null = null;
  #status = 0;
  #location: string | null = null;

  constructor(client: Client, requests: Requests) {
    this.#client = client;
    this.#requests = requests;
    this.#tell = () => this.#asker?.answered(this, this.#status, this.#location);
  }

  place(order: AskedOrder, asker: Asker): void {
    let request = this.#requests.get(order);
    if (request === undefined) {
      request = placement(order);
      this.#requests.set(order, request);
    }
    this.#ask(request, asker);
  }

  cancel(location: string, asker: Asker): void {
    this.#ask({ path: `${location}/cancel`, method: 'POST', body: null }, asker);
  }

  onRequestStart(): void {}

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.#status = status;
    const { location } = headers;
    this.#location = typeof location === 'string' ? location : null;
    this.text = '';
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!USUAL.includes(this.#status)) this.text = (this.text + chunk.toString()).slice(0, TEXT_CHARS_MAX);
  }

  onResponseEnd(): void {
    // Not from within the handler: the connection is free only when it has returned.
    queueMicrotask(this.#tell);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#asker?.broken(this, String(error));
  }

  #ask(request: Dispatcher.DispatchOptions, asker: Asker): void {
    this.#asker = asker;
    this.sentMs = performance.now();
    this.#client.dispatch(request, this);
  }
}

function placement({ lines }: AskedOrder): Dispatcher.DispatchOptions {
  return {
    path: '/orders',
    method: 'POST',
    headers: ['content-type', 'application/json'],
    body: Buffer.from(JSON.stringify({ lines, payment: 'cash_on_delivery' })),
  };
}
