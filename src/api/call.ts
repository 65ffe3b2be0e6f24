/**
 * A call: one operation, said once. These are made of it: the routes of HTTP, the description of the API, the roles,
 * the list of possible refusals, and the methods of the library with their types.
 *
 * A call takes one request object. The object holds the fields of the path, of the query and of the body of an HTTP
 * request.
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
 * Which headers a call takes that make it safe to ask again. `read` and `write` take versions. `product_read` takes
 * only `If-Match`. `keyed_write` also takes an `Idempotency-Key`, and `key_required_write` requires one. `create` takes
 * a key, and of the preconditions only "there is no version yet".
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
  /** The path as the router reads it. The method and the path name the call under an idempotency key. */
  readonly path: string;
  readonly tag: string;
  /** The least role that may ask this call. */
  readonly role: RouteRole;
  readonly summary: string;
  readonly description?: string;
  readonly takes?: T;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** An absent or empty body is an empty object. */
  readonly bodyIsOptional?: true;
  /** Schemas of the answered bodies, by status. */
  readonly response: Readonly<Record<number, TSchema>>;
  /** The answers below status 400, by status. */
  readonly answers: Readonly<Record<number, CallAnswer>>;
  /**
   * The refusals of this call. Not listed: those of any call of its kind, and `stale_version` where it takes versions.
   */
  readonly refusals: readonly R[];
}

/** What the service fills in when a request leaves it out. */
export interface Terms {
  readonly newOrderId: () => string;
  /** Minor units. */
  readonly defaultFreight: number;
}

/**
 * What a list or the waiting line shows. `version` is the version of what the page is `about`, for preconditions. It is
 * 0 when that was never put.
 */
export type Listed<Page extends object = object> = (
  | { readonly page: Page }
  | { readonly refusal: Refusal | DoorFault }
) & {
  readonly about?: { readonly productId: string };
  readonly version?: number;
};

type None = TObject<Record<never, never>>;

/** A call that becomes a command for the keeper. */
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
  /** The outcomes that are not refusals. `SHOWN` says how each is shown. */
  readonly success: readonly S[];
  /** The call may wait for stock, as long as `waitSeconds` of the request says. */
  readonly waits?: W;
  /** Throws `DoorFault` for faults that the schemas cannot see. */
  ask(request: Static<P> & Static<Q> & Static<B>, terms: Terms): Asked;
}

/** A call that is answered from the database. Its answer shows only what is durable. */
export interface ListCall<
  P extends TObject = TObject,
  Q extends TObject = TObject,
  S extends ListedKind = ListedKind,
  R extends ProblemCode = ProblemCode,
  Page extends object = object,
  Rows = unknown,
> extends Said<P, Q, None, R, Taken> {
  readonly kind: 'list';
  /** The `kind` of the outcome that a program gets. */
  readonly success: S;
  /**
   * Asks the database. Throws or rejects with `DoorFault` for faults that the schemas cannot see. Otherwise it rejects
   * as the database does.
   */
  read(lists: Lists, request: Static<P> & Static<Q>): Promise<Rows>;
  /** Makes the answer from the rows that were read. */
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
  /** The `kind` of the outcome that a program gets. */
  readonly success: S;
  /** A command that is asked first. If it is refused, that refusal is the answer. */
  first?(request: Static<P> & Static<Q>): Asked;
  show(lines: WaitingLines, request: Static<P> & Static<Q>): Listed<Page>;
}

export type Call = CommandCall | ListCall | LineCall;

/** What any call of this kind may be refused with. */
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
