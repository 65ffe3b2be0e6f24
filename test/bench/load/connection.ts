/** One connection with one request at a time, as cheap as `undici` allows: what the load takes of the machine, what is measured does not have. */
import { Client, type Dispatcher } from 'undici';

/** The status of an answer, 0 for a connection that broke, and the path of what was made. */
export type Answered = (status: number, location: string | undefined) => void;

const JSON_TYPE = { 'content-type': 'application/json' };

export class Connection {
  readonly #client: Client;
  #answered: Answered = () => {};
  #status = 0;
  #location: string | undefined;
  readonly #onFault: (what: string) => void;
  readonly #handler: Dispatcher.DispatchHandler;

  constructor(url: string, onFault: (what: string) => void) {
    this.#client = new Client(url, { headersTimeout: 60_000, bodyTimeout: 60_000 });
    this.#onFault = onFault;
    this.#handler = {
      onRequestStart() {},
      onResponseStart: (_, status, headers) => {
        this.#status = status;
        this.#location = headers['location'] as string | undefined;
      },
      onResponseData() {},
      // Not from within the handler: the connection is free only when it has returned.
      onResponseEnd: () => queueMicrotask(this.#end),
      onResponseError: (_, error) => {
        this.#onFault(String(error));
        this.#status = 0;
        queueMicrotask(this.#end);
      },
    };
  }

  /** Posts; `answered` is called once. */
  post(path: string, body: string | null, answered: Answered): void {
    this.#answered = answered;
    const headers = body === null ? null : JSON_TYPE;
    this.#client.dispatch({ path, method: 'POST', headers, body }, this.#handler);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  readonly #end = (): void => this.#answered(this.#status, this.#location);
}
