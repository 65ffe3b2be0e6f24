/**
 * Connects a method of the library with the keeper. The schemas of HTTP read the request, and the answer is shown as
 * HTTP shows it.
 */
import { askUnder } from '../api/asked.ts';
import type { Call, CommandCall, Terms } from '../api/call.ts';
import { listed } from '../api/listed.ts';
import { DoorFault, isFaultOfRequest, SentAway } from '../api/problems/problems.ts';
import { createValidator } from '../api/validator.ts';
import type { KeeperDoor } from '../keeper/keeper.ts';
import { STANDBY } from '../keeper/readiness.ts';
import type { Log } from '../log.ts';
import { type AskOptions, optionsOf } from './options.ts';
import { readerOf, requestReader } from './reading.ts';
import { show, showListed, showRefusal } from './show.ts';

const CLOSING = { kind: 'closing', retryAfterSeconds: 1 } as const;

/** Resolves with an outcome. Rejects with `TypeError` for a request that is not valid, never for a refusal. */
type Method = (request?: unknown, options?: unknown) => Promise<object>;

type Request = Record<string, unknown>;

export class Desk {
  readonly #keeper: KeeperDoor;
  readonly #log: Log;
  readonly #terms: Terms;
  readonly #validator = createValidator();
  #isClosed = false;

  constructor(keeper: KeeperDoor, log: Log, terms: Terms) {
    this.#keeper = keeper;
    this.#log = log;
    this.#terms = terms;
  }

  /** The method `name`, which asks this call. */
  methodOf(name: string, call: Call): Method {
    const readRequest = requestReader(this.#validator, call);
    const readOptions = readerOf(this.#validator, optionsOf(call.kind === 'command' ? call : {}), 'options');
    return async (request, options) => {
      try {
        const asked = readRequest(request);
        const said: AskOptions = readOptions(options);
        return await (call.kind === 'command' ? this.#ask(call, asked, said) : this.#list(call, asked));
      } catch (error) {
        if (error instanceof SentAway) return showRefusal(error.refusal);
        if (!(error instanceof DoorFault)) throw error;
        if (!isFaultOfRequest(error)) return showRefusal(error);
        // What HTTP refuses as a wrong request is a mistake in the program here.
        throw new TypeError(`${name}: ${error.message.replace(/^Query parameter /, '')}`);
      }
    };
  }

  async #ask(call: CommandCall, request: Request, { idempotencyKey, ifVersion, signal }: AskOptions): Promise<object> {
    if (signal !== undefined && !(signal instanceof AbortSignal)) {
      throw new DoorFault('invalid_request', 'signal must be an AbortSignal.');
    }
    const asked = call.ask(request, this.#terms);
    if (this.#isClosed) return { ...CLOSING, replayed: false };
    const conditions = ifVersion === undefined ? {} : { ifVersion };
    return show(await askUnder(this.#keeper, idempotencyKey, call, asked, conditions, signal ?? null));
  }

  async #list(call: Exclude<Call, CommandCall>, request: Request): Promise<object> {
    if (this.#isClosed) return { ...CLOSING };
    if (this.#keeper.role === 'standby') return { ...STANDBY };
    return showListed(call.success, await listed(this.#keeper, call, request, this.#log));
  }

  /** Refuses every call from now on. */
  close(): void {
    this.#isClosed = true;
  }
}
