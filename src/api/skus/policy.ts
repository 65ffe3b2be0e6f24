/**
 * The fields of a SKU's policy, each said once: how a request sets it, how it is shown, and what it is when it is left
 * out.
 */
import { type TInteger, type TOptional, type TUnsafe, Type } from 'typebox';
import type { Policy } from '../../shop/skus/sku.ts';
import { COUNTER_MAX } from '../../shop/skus/sku.ts';
import { Counter } from '../fields.ts';

interface Field<S, Value> {
  /** As a request sets it. */
  readonly asked: (options?: { readonly default?: Value }) => S;
  readonly shown: S;
  readonly default: Value;
  /**
   * It came after the first builds that keep keys. Left out, it does not tell one request to create a SKU from another,
   * so the same request is known again across the upgrade that brought the field.
   */
  readonly isLater?: true;
}

const units = (description: string): Field<TInteger, number> => ({
  asked: (options) => Counter(description, options),
  shown: Type.Integer({ description }),
  default: 0,
});

/** The most units of something; `null` is no limit. */
const limit = (description: string, asked: string): Field<TUnsafe<number | null>, null> => ({
  asked: (options) =>
    Type.Unsafe<number | null>({
      type: ['integer', 'null'],
      minimum: 1,
      maximum: COUNTER_MAX,
      description: asked,
      ...options,
    }),
  shown: Type.Unsafe<number | null>({ type: ['integer', 'null'], description }),
  default: null,
});

const later = <F extends object>(field: F) => ({ ...field, isLater: true as const });

const FIELDS = {
  safetyStock: units('Units never offered.'),
  backorderLimit: units('Units that may be promised beyond what is on hand.'),
  maxPerOrder: limit('The most units one order may take.', 'The most units one order may take; `null` is no limit.'),
  maxPerCustomer: later(
    limit(
      'The most units in the standing orders of one customer together, less what was returned.',
      'The most units in the standing orders of one customer together, less what was returned; `null` is no limit. ' +
        'With a limit, an order of this SKU must name its `customerId`.',
    ),
  ),
} satisfies Readonly<Record<keyof Policy, unknown>>;

type Fields = typeof FIELDS;
type Shown = { [K in keyof Fields]: Fields[K]['shown'] };
type Asked = { [K in keyof Fields]: TOptional<Fields[K]['shown']> };

const ENTRIES = Object.entries(FIELDS) as unknown as readonly (readonly [keyof Policy, Field<TInteger, unknown>])[];

const each = <T>(make: (field: Field<TInteger, unknown>) => unknown): T =>
  Object.fromEntries(ENTRIES.map(([name, field]) => [name, make(field)])) as T;

/** Of a new SKU, with what it is when it is left out. */
export const NEW_POLICY = each<Asked>((field) => Type.Optional(field.asked({ default: field.default })));
/** Of a change. */
export const CHANGED_POLICY = each<Asked>((field) => Type.Optional(field.asked()));
export const SHOWN_POLICY = each<Shown>(({ shown }) => shown);

/**
 * The policy with all of its fields: of a request that leaves some out, and of a SKU that was recorded under an
 * idempotency key by a build that did not have all of them.
 */
export function policyOf(said: { readonly [K in keyof Policy]?: Policy[K] | undefined }): Policy {
  const policy: Record<string, unknown> = {};
  for (const [name, field] of ENTRIES) policy[name] = said[name] ?? field.default;
  return policy as unknown as Policy;
}

/** What a request says of the policy, as far as it tells the request from another one. */
export function policySaid(policy: Policy): { readonly [K in keyof Policy]?: Policy[K] | undefined } {
  const said: Record<string, unknown> = {};
  for (const [name, { isLater, ...field }] of ENTRIES) {
    said[name] = isLater && policy[name] === field.default ? undefined : policy[name];
  }
  return said;
}

export const POLICY_EXAMPLE = policyOf({});
export const CHANGES_EXAMPLE = { price: 1390, safetyStock: 5 };

export const AVAILABLE =
  '`onHand + backorderLimit − safetyStock − reserved`: what may be reserved now. Can be negative.';
