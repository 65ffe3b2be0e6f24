/**
 * What is asked for in each workload. Pure, and the same each time: what is drawn by lot is drawn from a seed.
 *
 * A shopper asks one thing after another; there are as many as connections (`place_cancel_cancel`: half as many, for each has two).
 */
import type { LineRequest } from '../../../src/orders/order.ts';
import { readSales } from '../../replay/sales.ts';
import type { StockedSku, WorkloadName } from '../way.ts';

/** SKUs of the workloads that have many. */
export const WIDE_SKUS = 10_000;
/** Units of the SKU that is sold out. */
export const SOLD_OUT_UNITS = 1000;
/** Enough for any load. */
const PLENTY = 1_000_000_000;
const ZIPF_EXPONENT = 1.1;
/** Lines in an order, at most. */
const LINES_MAX = 500;

export interface Workload {
  /** What there must be before it begins. */
  readonly skus: readonly StockedSku[];
  /** Orders that meet every SKU once before anything is measured. */
  readonly meeting: readonly (readonly LineRequest[])[];
  /** The lines of the next order; `null` when there is nothing more to ask for. */
  next(): readonly LineRequest[] | null;
}

/** A workload on SKUs whose ids begin with its name and `prefix`, as no other load's do. */
export async function workloadOf(name: WorkloadName, prefix: string): Promise<Workload> {
  switch (name) {
    case 'hot':
    case 'place_cancel_cancel':
      return ofOne(`${prefix}-0`, PLENTY);
    case 'sold_out':
      return ofOne(`${prefix}-0`, SOLD_OUT_UNITS);
    case 'wide': {
      const skus = many(prefix);
      const random = randomFrom(1);
      return { skus, meeting: inBaskets(skus), next: evenly(skus, () => Math.floor(random() * WIDE_SKUS)) };
    }
    case 'cold': {
      const skus = many(prefix);
      let met = 0;
      // Far apart in the index, as shoppers are.
      return { skus, meeting: [], next: evenly(skus, () => (met < WIDE_SKUS ? (met++ * 7919) % WIDE_SKUS : null)) };
    }
    case 'zipf': {
      const skus = many(prefix);
      const random = randomFrom(1);
      const upTo = zipf(WIDE_SKUS, ZIPF_EXPONENT);
      return { skus, meeting: inBaskets(skus), next: evenly(skus, () => indexOf(upTo, random())) };
    }
    case 'baskets': {
      const { skus, purchases } = await readSales();
      const baskets = purchases.map(({ lines }) => together(lines, prefix));
      let asked = 0;
      return {
        skus: skus.map(({ id }) => ({ id: `${prefix}-${id}`, onHand: PLENTY })),
        meeting: baskets,
        next: () => baskets[asked++ % baskets.length] ?? null,
      };
    }
    default:
      return name satisfies never;
  }
}

function ofOne(id: string, onHand: number): Workload {
  const lines = [{ skuId: id, quantity: 1 }];
  return { skus: [{ id, onHand }], meeting: [], next: () => lines };
}

const many = (prefix: string): StockedSku[] =>
  Array.from({ length: WIDE_SKUS }, (_, i) => ({ id: `${prefix}-${i}`, onHand: PLENTY }));

function inBaskets(skus: readonly StockedSku[]): LineRequest[][] {
  return Array.from({ length: Math.ceil(skus.length / LINES_MAX) }, (_, i) =>
    skus.slice(i * LINES_MAX, (i + 1) * LINES_MAX).map(({ id }) => ({ skuId: id, quantity: 1 })),
  );
}

function evenly(skus: readonly StockedSku[], index: () => number | null): Workload['next'] {
  const orders = skus.map(({ id }) => [{ skuId: id, quantity: 1 }]);
  return () => {
    const at = index();
    return at === null ? null : (orders[at] ?? null);
  };
}

/** Lines of the same SKU added together, so that each way has the same lines to write. */
function together(lines: readonly LineRequest[], prefix: string): LineRequest[] {
  const sums = new Map<string, number>();
  for (const { skuId, quantity } of lines) sums.set(skuId, (sums.get(skuId) ?? 0) + quantity);
  return Array.from(sums, ([skuId, quantity]) => ({ skuId: `${prefix}-${skuId}`, quantity })).slice(0, LINES_MAX);
}

/** Up to which share of all draws each rank comes, rank by rank: the n-th has a weight of 1 / n^exponent. */
export function zipf(ranks: number, exponent: number): Float64Array {
  const upTo = new Float64Array(ranks);
  let sum = 0;
  for (let rank = 1; rank <= ranks; rank++) {
    sum += rank ** -exponent;
    upTo[rank - 1] = sum;
  }
  return upTo.map((share) => share / sum);
}

/** The first rank whose share is above `drawn`, by bisection. */
function indexOf(upTo: Float64Array, drawn: number): number {
  let [low, high] = [0, upTo.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((upTo[middle] ?? 1) > drawn) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Numbers in [0, 1) from a seed: the generator mulberry32 (Tommy Ettinger, public domain). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
