/** Between a method of the library and the keeper: what is asked is read by the schemas of HTTP, and what is answered is shown. */
import type { Static, TSchema } from 'typebox';
import { askUnder } from '../api/asked.ts';
import type { CommandCall, Terms } from '../api/call.ts';
import { invalidRequest } from '../api/invalid.ts';
import { read } from '../api/pages.ts';
import { DoorFault, SentAway } from '../api/problems/problems.ts';
import { createValidator } from '../api/validator.ts';
import type { KeeperDoor } from '../keeper/keeper.ts';
import { STANDBY } from '../keeper/readiness.ts';
import type { Log } from '../log.ts';
import { type AskOptions, optionsOf } from './ask-options.ts';
import type { ListRefused } from './outcomes.ts';
import { show } from './show.ts';

const CLOSING = { kind: 'closing', retryAfterSeconds: 1 } as const;

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

  get lists(): KeeperDoor['lists'] {
    return this.#keeper.lists;
  }

  /** A copy of what was given, once it fits the schema; fields that are `undefined` are not there. Throws `TypeError`, with the name of the field. */
  read<T extends TSchema>(method: string, schema: T, given: unknown): Static<T> {
    const copy =
      typeof given === 'object' && given !== null && !Array.isArray(given)
        ? Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
        : given;
    const isValid = this.#validator(schema);
    if (isValid(copy)) return copy as Static<T>;
    throw new TypeError(
      `${method}: ${invalidRequest(isValid.errors ?? [], 'body').message.replace(/^The body/, 'It')}`,
    );
  }

  /**
   * Asks a call: `params` are what HTTP has in its path, `body` is the rest. The answer, shown, is of the type that the caller knows it to be. Rejects
   * with `TypeError` for what cannot be asked, never for a refusal.
   */
  async ask<T extends object>(
    method: string,
    call: CommandCall,
    params: object,
    body: unknown,
    options: AskOptions = {},
  ): Promise<T> {
    const named = call.params === undefined ? {} : (this.read(method, call.params, params) as object);
    const said = call.body === undefined ? {} : (this.read(method, call.body, body) as object);
    const read = this.read(method, optionsOf(call), options) as AskOptions;
    const { idempotencyKey, ifVersion, signal } = read;
    if (signal !== undefined && !(signal instanceof AbortSignal))
      throw new TypeError(`${method}: signal must be an AbortSignal.`);
    const asked = misuse(method, () => call.ask({ ...named, ...said }, this.#terms));
    const conditions = ifVersion === undefined ? {} : { ifVersion };
    if (this.#isClosed) return { ...CLOSING, replayed: false } as object as T;
    return show(await askUnder(this.#keeper, idempotencyKey, call, asked, conditions, signal ?? null)) as T;
  }

  /** What a list reads, or why it does not. */
  async list<T>(
    method: string,
    reading: () => Promise<T>,
  ): Promise<{ readonly read: T } | { readonly refused: ListRefused }> {
    if (this.#isClosed) return { refused: { ...CLOSING } };
    if (this.#keeper.role === 'standby') return { refused: { ...STANDBY } };
    try {
      return { read: await read({ log: this.#log }, misuse(method, reading)) };
    } catch (error) {
      if (error instanceof SentAway && error.refusal.kind === 'overloaded') return { refused: error.refusal };
      if (!(error instanceof DoorFault) || error.code !== 'database_unavailable') throw error;
      return { refused: { kind: error.code, retryAfterSeconds: Number(error.facts['retryAfterSeconds']) } };
    }
  }

  /** Whatever is asked from now on is refused. */
  close(): void {
    this.#isClosed = true;
  }
}

/** What HTTP would refuse as a wrong request is a mistake in the program here. */
function misuse<T>(method: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof DoorFault ? new TypeError(`${method}: ${error.message}`) : error;
  }
}
