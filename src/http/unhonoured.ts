/**
 * A precondition is never ignored in silence. A request is refused when it carries a precondition that its route does
 * not list among its headers.
 *
 * No answer has a `Last-Modified`, so conditions on times have nothing to compare with. `If-Modified-Since` and
 * `If-Range` of a read are ignored all the same, as RFC 9110 (13.1.3, 13.1.5) says. They only spare a client what it
 * already has, and sending everything is never wrong.
 */
import type { preValidationHookHandler, RouteOptions } from 'fastify';
import { DoorFault } from '../api/problems/problems.ts';

const VERSIONS = ['if-match', 'if-none-match'];
const ON_READS = ['if-unmodified-since'];
const ON_WRITES = ['if-unmodified-since', 'if-modified-since', 'if-range'];

/** For every route that describes itself. Files of the reference page have ETags of their own and honour them. */
export function refuseUnhonoured(route: RouteOptions): void {
  if (route.config?.docs === undefined) return;
  const { properties = {} } = (route.schema?.headers ?? {}) as { properties?: Readonly<Record<string, unknown>> };
  const unhonoured = VERSIONS.filter((name) => !Object.hasOwn(properties, name));
  const refuse: preValidationHookHandler = ({ headers, method }, _reply, done) => {
    const onTimes = method === 'GET' || method === 'HEAD' ? ON_READS : ON_WRITES;
    const version = unhonoured.find((name) => headers[name] !== undefined);
    const time = onTimes.find((name) => headers[name] !== undefined);
    if (version !== undefined) done(fault(version, whyNot(`${method} ${route.url}`, properties)));
    else if (time === undefined) done();
    else if (time === 'if-range') done(fault(time, 'no answer is sent in parts'));
    else done(fault(time, 'no answer has a Last-Modified. A version is asked for by If-Match'));
  };
  route.preValidation = [refuse, ...[route.preValidation ?? []].flat()];
}

/** A call that creates takes `If-None-Match` alone. A call whose answer has no version takes neither. */
const whyNot = (call: string, taken: Readonly<Record<string, unknown>>): string =>
  Object.hasOwn(taken, 'if-none-match')
    ? `${call} makes something new, which has no version yet`
    : `what ${call} answers has no version that tells of every change`;

const fault = (name: string, why: string): DoorFault =>
  new DoorFault('invalid_request', `Header ${name} cannot be honoured: ${why}. Leave it out.`, {
    in: 'header',
    at: name,
  });
