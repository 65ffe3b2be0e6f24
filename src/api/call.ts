/**
 * A call: one operation, said once. The routes of HTTP, the description of the API, roles, what may be refused, and the
 * methods of the library with their types are made of it.
 *
 * What it is asked is one object, whatever part of an HTTP request its fields come in: those of the path, of the query
 * and of the body.
 */
import type { Static, TObject, TSchema } from 'typebox';
import type { Lists } from '../journal/record.ts';
import type { Asked } from './asked.ts';
import type { RequestPart } from './fields.ts';
import type { DoorFault, ProblemCode, Refusal } from './problems/problems.ts';
import type { RouteRole } from './role.ts';
import type { ListedKind, SuccessKind } from './shown.ts';
import type { WaitingLines } from './waiting/body.ts';

/**
 * Which of the headers that make it safe to ask again a call takes: `read` and `write` versions, `product_read` only
 * `If-Match`; `keyed_write` an `Idempotency-Key` as well, `key_required_write` not without; `create` a key, and of
 * versions only that there is none yet.
 */
export type Taken = 'read' | 'product_read' | 'write' | 'keyed_write' | 'key_required_write' | 'create';

export const takesKey = (takes: Taken | undefined): boolean => takes === 'create' || takes?.includes('key') === true;

export interface CallAnswer {
  readonly description: string;
  readonly example?: unknown;
  /** JSON by default. */
  readonly mediaType?: string;
  readonly headers?: readonly ('location' | 'idempotent-replayed')[];
}

interface Said<P extends TObject, Q extends TObject, B extends RequestPart, R extends ProblemCode, T extends Taken> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As the router reads it. With the method, it tells the call under an idempotency key. */
  readonly path: string;
  readonly tag: string;
  /** The least that may ask it. */
  readonly role: RouteRole;
  readonly summary: string;
  readonly description?: string;
  readonly takes?: T;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** An absent or empty body is an empty object. */
  readonly bodyIsOptional?: true;
  /** Schemas of the bodies that are answered, by status. */
  readonly response: Readonly<Record<number, TSchema>>;
  /** What is answered, by status, below 400. */
  readonly answers: Readonly<Record<number, CallAnswer>>;
  /** What it may be refused with, beside what any call of its kind may, and `stale_version` where it takes versions. */
  readonly refusals: readonly R[];
}

/** What the service fills in where a request leaves it out. */
export interface Terms {
  readonly newOrderId: () => string;
  /** Minor units. */
  readonly defaultFreight: number;
}

/**
 * What a list reads, or the line shows. `version`: of what it is `about`, for preconditions; 0 when it was never put.
 */
export type Listed<Page extends object = object> = (
  | { readonly page: Page }
  | { readonly refusal: Refusal | DoorFault }
) & {
  readonly about?: { readonly productId: string };
  readonly version?: number;
};

type None = TObject<Record<never, never>>;

/** A call that a command is made of, for the keeper. */
export interface CommandCall<
  P extends TObject = TObject,
  Q extends TObject = TObject,
  B extends RequestPart = RequestPart,
  S extends SuccessKind = SuccessKind,
  R extends ProblemCode = ProblemCode,
  T extends Taken = Taken,
  W extends true = true,
> extends Said<P, Q, B, R, T> {
  readonly kind: 'command';
  /** The outcomes that are no refusals; how each is shown is in `SHOWN`. */
  readonly success: readonly S[];
  /** It may wait for stock, as long as `waitSeconds` of the request says. */
  readonly waits?: W;
  /** Throws `DoorFault` for what the schemas cannot see. */
  ask(request: Static<P> & Static<Q> & Static<B>, terms: Terms): Asked;
}

/** A call that is answered from the database: only what is durable is in it. */
export interface ListCall<
  P extends TObject = TObject,
  Q extends TObject = TObject,
  S extends ListedKind = ListedKind,
  R extends ProblemCode = ProblemCode,
  Page extends object = object,
  Rows = unknown,
> extends Said<P, Q, None, R, Taken> {
  readonly kind: 'list';
  /** What the page is to a program. */
  readonly success: S;
  /**
   * Asks the database. Throws, or rejects with, `DoorFault` for what the schemas cannot see; else it rejects as the
   * database does.
   */
  read(lists: Lists, request: Static<P> & Static<Q>): Promise<Rows>;
  /** What was read, as it is answered. */
  show(rows: Rows, request: Static<P> & Static<Q>): Listed<Page>;
}

/** A call that is answered from the waiting line, in memory. */
export interface LineCall<
  P extends TObject = TObject,
  Q extends TObject = TObject,
  S extends ListedKind = ListedKind,
  R extends ProblemCode = ProblemCode,
  Page extends object = object,
> extends Said<P, Q, None, R, Taken> {
  readonly kind: 'line';
  /** As that of a list. */
  readonly success: S;
  /** What must not be refused before. */
  first?(request: Static<P> & Static<Q>): Asked;
  show(lines: WaitingLines, request: Static<P> & Static<Q>): Listed<Page>;
}

export type Call = CommandCall | ListCall | LineCall;

/** What any call of its kind may be refused with. */
export const ANY_TIME = {
  command: ['overloaded', 'closing', 'standby', 'unknown_outcome'],
  list: ['overloaded', 'standby', 'database_unavailable'],
  line: ['overloaded', 'closing', 'standby', 'unknown_outcome'],
} as const satisfies Readonly<Record<Call['kind'], readonly ProblemCode[]>>;

export const command = <
  const S extends SuccessKind,
  P extends TObject = None,
  Q extends TObject = None,
  B extends RequestPart = None,
  R extends ProblemCode = never,
  T extends Taken = never,
  W extends true = never,
>(
  said: Omit<CommandCall<P, Q, B, S, R, T, W>, 'kind'>,
): CommandCall<P, Q, B, S, R, T, W> => ({ kind: 'command', ...said });

export const list = <
  S extends ListedKind,
  Page extends object,
  P extends TObject = None,
  Q extends TObject = None,
  R extends ProblemCode = never,
  Rows = unknown,
>(
  said: Omit<ListCall<P, Q, S, R, Page, Rows>, 'kind'>,
): ListCall<P, Q, S, R, Page, Rows> => ({ kind: 'list', ...said });

export const line = <
  S extends ListedKind,
  Page extends object,
  P extends TObject = None,
  Q extends TObject = None,
  R extends ProblemCode = never,
>(
  said: Omit<LineCall<P, Q, S, R, Page>, 'kind'>,
): LineCall<P, Q, S, R, Page> => ({ kind: 'line', ...said });
