/** What a run sends, one case after another: the same for the same seed and the same answers. */
import fc from 'fast-check';
import type { Call } from './api.ts';
import { HOSTILE, type Hostile } from './hostile.ts';
import type { Shop } from './known.ts';
import { type Pick, SPOILS } from './nearly.ts';
import { type Plan, plansOf, type Request, requestOf, settled } from './requests.ts';
import { beginning, end } from './story.ts';

export type Kind = 'valid' | 'nearly' | 'again' | 'hostile';

/** One case, before it is known what is known. `numbers` are what it picks by. */
export interface Draft {
  readonly kind: Kind;
  readonly plan: Plan;
  readonly spoil: number;
  readonly numbers: readonly number[];
}

export type Case =
  | { readonly kind: 'valid' | 'nearly'; readonly what: string; readonly request: Request }
  /** The request that was sent so many cases before. */
  | { readonly kind: 'again'; readonly what: string; readonly before: number }
  | { readonly kind: 'hostile'; readonly what: string; readonly hostile: Hostile };

/** Calls that move the shop on are sent more often than those that only tell of it. */
const WEIGHTS: Readonly<Record<string, number>> = { GET: 4, DELETE: 4, PATCH: 6, PUT: 6, POST: 8 };
const weightOf = ({ method, path, query }: Call) =>
  path.length + query.length === 0 && method === 'GET' ? 1 : (WEIGHTS[method] ?? 1);
const CHUNK = 250;

function draftsOf(calls: readonly Call[], kind: fc.Arbitrary<Kind>): fc.Arbitrary<Draft> {
  const plan = fc.oneof(...calls.map((call) => ({ weight: weightOf(call), arbitrary: plansOf(call) })));
  return fc.record({
    kind,
    plan,
    spoil: fc.nat({ max: 1_000_000 }),
    numbers: fc.array(fc.nat({ max: 2 ** 31 - 1 }), { minLength: 8, maxLength: 8 }),
  });
}

const ANY_KIND = fc.oneof(
  { weight: 46, arbitrary: fc.constant('valid' as const) },
  { weight: 40, arbitrary: fc.constant('nearly' as const) },
  { weight: 6, arbitrary: fc.constant('again' as const) },
  { weight: 10, arbitrary: fc.constant('hostile' as const) },
);

/** First a story, then every call as it should be and spoiled in every way; then drafts without end. */
export function* drafts(calls: readonly Call[], seed: number): Generator<Draft> {
  const asTold = (plan: Plan): Draft => ({ kind: 'valid', plan, spoil: 0, numbers: [] });
  yield* beginning(calls).map(asTold);
  for (const [nth, call] of calls.entries()) {
    const plans = fc.sample(draftsOf([call], fc.constant('nearly')), { seed: seed + nth, numRuns: 2 * SPOILS.length });
    for (const [spoil, draft] of plans.entries()) yield { ...draft, spoil };
    for (const draft of plans.slice(0, 3)) {
      yield { ...draft, kind: 'valid' };
      yield { ...draft, kind: 'again', spoil: 0 };
    }
  }
  const plan = fc.sample(draftsOf(calls, fc.constant('hostile')), { seed, numRuns: 1 });
  for (const [draft] of HOSTILE.map(() => plan).entries())
    if (plan[0] !== undefined) yield { ...plan[0], spoil: draft };
  yield* end(calls).map(asTold);
  const any = draftsOf(calls, ANY_KIND);
  for (let chunk = 0; ; chunk++) yield* fc.sample(any, { seed: seed + 7919 * (chunk + 1), numRuns: CHUNK });
}

/** The case of a draft, with what is known now. */
export function caseOf({ kind, plan, spoil, numbers }: Draft, shop: Shop): Case {
  const settledPlan = settled(plan, shop);
  const valid = { kind: 'valid', what: 'as documented', request: requestOf(settledPlan) } as const;
  switch (kind) {
    case 'valid':
      return valid;
    case 'again':
      return { kind, what: 'the same again', before: 1 + (spoil % 20) };
    case 'hostile': {
      const hostile = HOSTILE[spoil % HOSTILE.length];
      return hostile === undefined ? valid : { kind, what: hostile.name, hostile };
    }
    case 'nearly': {
      const chosen = SPOILS[spoil % SPOILS.length];
      const request = chosen?.spoil(settledPlan, picker(numbers)) ?? null;
      return request === null || chosen === undefined ? valid : { kind, what: chosen.name, request };
    }
    default:
      return kind satisfies never;
  }
}

function picker(numbers: readonly number[]): Pick {
  let next = 0;
  return (list) => {
    const picked = list[(numbers[next++ % numbers.length] ?? 0) % list.length];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  };
}
