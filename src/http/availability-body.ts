/** How the availability of several SKUs is shown. */
import { Type } from 'typebox';
import type { Outcome } from '../keeper/command.ts';
import { isoTime } from '../lib/iso-time.ts';
import { Fields, Time } from './fields.ts';

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
