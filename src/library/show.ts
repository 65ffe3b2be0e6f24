/** Shows an answer in the library: the same SKU, order or cart as over HTTP, as a copy that the caller may change. */
import type { ListCall, Listed } from '../api/call.ts';
import { DoorFault, factsOf, isRefusal, type Refusal } from '../api/problems/problems.ts';
import { entryOf, LISTED, successOf } from '../api/shown.ts';
import type { Answer } from '../shop/outcome.ts';

const under = (name: string | null, body: object): object => (name === null ? body : { [name]: body });

/** Returns `kind`, the body, and `replayed`. */
export function show({ outcome, replayed }: Answer): object {
  if (isRefusal(outcome)) return { ...showRefusal(outcome), replayed };
  const success = successOf(outcome);
  const { name, body } = entryOf(success);
  return { kind: success.kind, ...under(name, body(success)), replayed };
}

/** As `show`, for a list or the waiting line. These are never replayed. */
export const showListed = (success: ListCall['success'], listed: Listed): object =>
  'page' in listed ? { kind: success, ...under(LISTED[success], listed.page) } : showRefusal(listed.refusal);

export const showRefusal = (refusal: Refusal | DoorFault): object => ({
  kind: refusal instanceof DoorFault ? refusal.code : refusal.kind,
  ...factsOf(refusal),
});
