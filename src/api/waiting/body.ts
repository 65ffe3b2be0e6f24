/** How the waiting line is shown: that of a SKU, and the places of an order that waits to be placed. */
import { type Static, Type } from 'typebox';
import { isoTime } from '../../lib/iso-time.ts';
import { Fields, Time } from '../fields.ts';

/** A request that waits for stock. */
export interface Waiting {
  readonly orderId: string;
  /** The units that it waits for, by SKU. */
  readonly needs: ReadonlyMap<string, number>;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly until: number;
}

/** The requests that wait, as they are in memory now. */
export interface WaitingLines {
  /** Those that wait for this SKU, in the order of their places. */
  of(skuId: string): readonly Waiting[];
  forOrder(orderId: string): Waiting | null;
}

const Units = Type.Integer({ description: 'Units that it waits for.' });
const Place = Type.Integer({ description: '1 is the next.' });
const Length = Type.Integer({ description: 'How many wait for the SKU.' });
const SINCE = Time('When it took its place.');
const UNTIL = Time('When its time is up.');

export const LineBody = Fields({
  skuId: Type.String(),
  length: Length,
  quantity: Type.Integer({ description: 'Units that all of them wait for.' }),
  items: Type.Array(Fields({ orderId: Type.String(), quantity: Units, place: Place, since: SINCE, until: UNTIL }), {
    description: 'In the order of their places.',
  }),
  next: Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    description: 'Send it as `after` for the next page; `null` on the last page.',
  }),
});

export const WaitingOrderBody = Fields({
  orderId: Type.String(),
  since: SINCE,
  until: UNTIL,
  lines: Type.Array(Fields({ skuId: Type.String(), quantity: Units, place: Place, length: Length })),
});

const unitsOf = ({ needs }: Waiting, skuId: string): number => needs.get(skuId) ?? 0;
const times = ({ since, until }: Waiting) => ({ since: isoTime(since), until: isoTime(until) });

/** A page of the line of a SKU, after the place `after`. */
export function lineBody(lines: WaitingLines, skuId: string, after: number, limit: number): Static<typeof LineBody> {
  const line = lines.of(skuId);
  const items = line.slice(after, after + limit).map((waiting, at) => ({
    orderId: waiting.orderId,
    quantity: unitsOf(waiting, skuId),
    place: after + at + 1,
    ...times(waiting),
  }));
  const quantity = line.reduce((sum, waiting) => sum + unitsOf(waiting, skuId), 0);
  return { skuId, length: line.length, quantity, items, next: after + limit < line.length ? after + limit : null };
}

/**
 * The places of an order. `null` when it is in no line: either it has what it asked for and waits for that to be
 * durable, or it does not wait.
 */
export function waitingOrderBody(lines: WaitingLines, orderId: string): Static<typeof WaitingOrderBody> | null {
  const waiting = lines.forOrder(orderId);
  if (waiting === null) return null;
  const places = [...waiting.needs].flatMap(([skuId, quantity]) => {
    const line = lines.of(skuId);
    const place = line.indexOf(waiting) + 1;
    return place === 0 ? [] : [{ skuId, quantity, place, length: line.length }];
  });
  return places.length === 0 ? null : { orderId, ...times(waiting), lines: places };
}
