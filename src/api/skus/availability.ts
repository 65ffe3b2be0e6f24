/** The availability of several SKUs at one moment: what is asked, and how it is shown. */
import { Type } from 'typebox';
import { isoTime } from '../../lib/iso-time.ts';
import type { Outcome } from '../../shop/outcome.ts';
import { Fields, Id, Time } from '../fields.ts';

/** The most SKUs in one answer. */
const SKUS_MAX = 1000;

export const SkuIdsBody = Fields(
  {
    skuIds: Type.Array(Id('Id of the SKU.'), {
      minItems: 1,
      maxItems: SKUS_MAX,
      description: 'Those named twice are answered once.',
    }),
  },
  { examples: [{ skuIds: ['MUG-RED', 'MUG-BLUE', 'MUG-GREEN'] }] },
);

/** A SKU that is named twice is asked for once. */
export const readAvailability = (body: Type.Static<typeof SkuIdsBody>) =>
  ({ kind: 'read_availability', skuIds: [...new Set(body.skuIds)] }) as const;

export const AvailabilityBody = Fields({
  items: Type.Array(
    Fields({
      skuId: Type.String(),
      available: Type.Integer({ description: 'Units that may be reserved. Can be negative.' }),
      version: Type.Integer({ description: 'Of the SKU: the number of its movements.' }),
    }),
    { description: 'The SKUs that exist, in the order asked.' },
  ),
  unknown: Type.Array(Type.String(), { description: 'The ids asked for that no SKU has.' }),
  at: Time('The moment that all of it is of.'),
});
export type AvailabilityBody = Type.Static<typeof AvailabilityBody>;

export function availabilityBody({ items, unknown, at }: Extract<Outcome, { kind: 'availability' }>): AvailabilityBody {
  return { items: [...items], unknown: [...unknown], at: isoTime(at) };
}
