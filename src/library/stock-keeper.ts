/**
 * The keeper as a library: one method for each call, with the same words, defaults and limits as HTTP.
 *
 * The states of a stock keeper: open → closing (`close` was called) → closed. From closing on, every call is answered
 * `closing`.
 */
import type { Call } from '../api/call.ts';
import { CALLS } from '../api/calls.ts';
import type { KeeperDoor } from '../keeper/keeper.ts';
import { newOrderId } from '../lib/order-id.ts';
import type { Log } from '../log.ts';
import { Desk } from './desk.ts';
import { INSIDE, type Inside } from './inside.ts';
import type { Operations } from './operations.ts';
import type { Parts } from './parts.ts';

class OpenKeeper implements AsyncDisposable {
  /** Only for other doors of this package. */
  readonly [INSIDE]: Inside;
  readonly #desk: Desk;
  readonly #parts: Parts;

  constructor(parts: Parts, desk: Desk, defaultFreight: number) {
    this.#desk = desk;
    this.#parts = parts;
    const { keeper, watch } = parts;
    this[INSIDE] = { door: keeper, defaultFreight, stopWaiting: () => keeper.stopWaiting(), watch };
  }

  /**
   * `standby` while another process, or another keeper in this process, owns the same database. It stays `standby` for
   * good when another database has taken the place of this one; `readiness` says so, and the log says more. A standby
   * answers every call with `standby`.
   */
  get role(): 'owner' | 'standby' {
    return this.#parts.ownership.role;
  }

  /** Whether calls are taken and the database answers. */
  readiness(): ReturnType<KeeperDoor['readiness']> {
    return this.#parts.keeper.readiness();
  }

  /**
   * Answers what was asked, then lets go of the database. Takes at most 8.5 seconds, whatever the database does. Safe
   * to call twice.
   */
  close(): Promise<void> {
    this.#desk.close();
    return this.#parts.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Made by `createStockKeeper`. Its methods are the operations of HTTP under the same names. Each takes one request
 * object.
 */
export interface StockKeeper extends OpenKeeper, Operations {}

/** A keeper on these parts. `defaultFreight` is the freight of a checkout that names none, minor units. */
export function stockKeeperOf(parts: Parts, log: Log, defaultFreight: number): StockKeeper {
  const desk = new Desk(parts.keeper, log, { newOrderId, defaultFreight });
  return Object.assign(new OpenKeeper(parts, desk, defaultFreight), operationsOf(desk));
}

/** The methods, made in a loop over the calls. The loop cannot prove that each method has the type of its call. */
export const operationsOf = (desk: Desk): Operations =>
  Object.fromEntries(
    Object.entries<Call>(CALLS).map(([name, call]) => [name, desk.methodOf(name, call)]),
  ) as unknown as Operations;

/** Whether it was made by this package. */
export const isStockKeeper = (value: unknown): value is StockKeeper => value instanceof OpenKeeper;
