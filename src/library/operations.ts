/**
 * The types of the library's methods. They follow from the calls, so a new operation needs no line here. An editor
 * shows the comment above a method's entry in the calls.
 */
import type { Static, TObject } from 'typebox';
import type { ANY_TIME, CommandCall, LineCall, ListCall } from '../api/call.ts';
import type { CALLS } from '../api/calls.ts';
import type { RequestPart } from '../api/fields.ts';
import type { ProblemCode } from '../api/problems/problems.ts';
import type { SuccessKind } from '../api/shown.ts';
import type { Given, OptionsTaken, TakesVersion } from './options.ts';
import type { Answered, NotRead, Read, Refused, StaleVersion } from './outcomes.ts';

type Calls = typeof CALLS;

/** The name of a method. */
export type Operation = keyof Calls;

/** The request of a method: one object with all fields, such as `RequestOf<'placeOrder'>`. */
export type RequestOf<O extends Operation> =
  Calls[O] extends CommandCall<infer P, infer Q, infer B>
    ? Given<Static<P> & Static<Q> & Static<B>>
    : Calls[O] extends ListCall<infer P, infer Q> | LineCall<infer P, infer Q>
      ? Given<Static<P> & Static<Q>>
      : never;

/** The options of a method besides the request: an `idempotencyKey`, a version, a signal. */
export type OptionsOf<O extends Operation> =
  Calls[O] extends CommandCall<TObject, TObject, RequestPart, SuccessKind, ProblemCode, infer T, infer W>
    ? OptionsTaken<T, W>
    : OptionsTaken<never, never>;

/** Why anything may be refused. */
type AnyTime<K extends keyof typeof ANY_TIME> = (typeof ANY_TIME)[K][number] | 'closing';

/** The outcomes of a method, told apart by `kind`, such as `OutcomeOf<'placeOrder'>`. */
export type OutcomeOf<O extends Operation> =
  Calls[O] extends CommandCall<TObject, TObject, RequestPart, infer S, infer R, infer T>
    ?
        | Answered<S>
        | Refused<Exclude<R, 'stale_version' | 'idempotency_key_required'> | AnyTime<'command'>>
        | (T extends TakesVersion ? StaleVersion : never)
    : Calls[O] extends ListCall<TObject, TObject, infer S, infer R, infer Page>
      ? Read<S, Page> | NotRead<R | AnyTime<'list'>>
      : Calls[O] extends LineCall<TObject, TObject, infer S, infer R, infer Page>
        ? Read<S, Page> | NotRead<R | AnyTime<'line'>>
        : never;

type Arguments<Request, Options> = keyof Options extends never
  ? Record<never, never> extends Request
    ? [request?: Request]
    : [request: Request]
  : Record<never, never> extends Options
    ? [request: Request, options?: Options]
    : [request: Request, options: Options];

/**
 * One method for each operation. They resolve with refusals and never throw them. They reject with `TypeError` for a
 * request that is not valid.
 */
export type Operations = {
  readonly [O in keyof Calls]: (...asked: Arguments<RequestOf<O>, OptionsOf<O>>) => Promise<OutcomeOf<O>>;
};
