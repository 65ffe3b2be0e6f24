/**
 * The keeper as a library: one method for each call, with the same words, defaults and limits as HTTP.
 *
 * A stock keeper is open → closing (`close` was called) → closed; whatever is asked then is answered `closing`.
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
  /** For the doors of this package alone. */
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
   * `standby` while another process, or another keeper in this one, owns the same database, and for good when another
   * database has taken its place, which `readiness` tells and the log says more of: then every call is answered
   * `standby`.
   */
  get role(): 'owner' | 'standby' {
    return this.#parts.ownership.role;
  }

  /** Whether calls are taken and the database answers. */
  readiness(): ReturnType<KeeperDoor['readiness']> {
    return this.#parts.keeper.readiness();
  }

  /**
   * Answers what was asked, and lets go of the database: within 8.5 seconds, whatever the database does. Safe to call
   * twice.
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
 * Made by `createStockKeeper`. Its methods are the operations of HTTP, by the same names; each takes one request
 * object.
 */
export interface StockKeeper extends OpenKeeper, Operations {}

/** A keeper on these parts. `defaultFreight` is what a checkout that names no freight is charged, minor units. */
export function stockKeeperOf(parts: Parts, log: Log, defaultFreight: number): StockKeeper {
  const desk = new Desk(parts.keeper, log, { newOrderId, defaultFreight });
  return Object.assign(new OpenKeeper(parts, desk, defaultFreight), operationsOf(desk));
}

/** The methods, a loop over the calls: that they are of the types that the calls tell is what the loop cannot know. */
export const operationsOf = (desk: Desk): Operations =>
  Object.fromEntries(
    Object.entries<Call>(CALLS).map(([name, call]) => [name, desk.methodOf(name, call)]),
  ) as unknown as Operations;

/** Whether it was made here. */
export const isStockKeeper = (value: unknown): value is StockKeeper => value instanceof OpenKeeper;
