/**
 * What each workload asks for, and the stock that it needs. Pure, and the same for every way: what is asked depends on the workload and on how
 * many asked before, never on the answers, but that every order of `place_cancel_cancel` is cancelled twice.
 */
import type { LineRequest } from '../../../../src/shop/orders/order.ts';
import { Random } from '../../simulation/random.ts';
import type { StockedSku, WorkloadName } from '../way.ts';
import { zipf } from './zipf.ts';

/** What one order asks for; no SKU is named twice. */
export interface AskedOrder {
  readonly lines: readonly LineRequest[];
  readonly units: number;
}

/** SKUs of the workloads that have many. */
export const SKUS = 10_000;

/** Units of the one SKU of `sold_out`: few, for the slowest way must sell them before it is measured. */
export const SOLD_OUT_UNITS = 500;

/** More than can be sold, and within what a counter holds. */
const PLENTY = 2_000_000_000;

const ZIPF_EXPONENT = 1.1;
const SEED = 20_101_201;

export interface Asking {
  /** Everything that is ever ordered. */
  readonly orders: readonly AskedOrder[];
  /** Which of `orders` is asked for next, by index; `null` when there is nothing left to ask. */
  next(warmingUp: boolean): number | null;
  /** SKUs that have been read once before anything is ordered, so that whoever keeps SKUs in memory has them there. */
  readonly met: readonly string[];
  /** Whether the units are meant to run out: then the warm-up is not over before an order was refused. */
  readonly sellsOut: boolean;
  /** Whether each order, once placed, is cancelled by two callers at once. */
  readonly cancelsTwice: boolean;
}

/** Invoices of the real week, in their order; SKUs by their number in the shop. */
export type Baskets = readonly (readonly LineRequest[])[];

/** What is asked in one load. `baskets` are looked at for the workload of that name alone. */
export function askingOf(workload: WorkloadName, prefix: string, baskets: Baskets): Asking {
  const one = (index: number) => orderOf([{ skuId: `${prefix}-${index}`, quantity: 1 }]);
  const single: Asking = { orders: [one(0)], next: () => 0, met: [], sellsOut: false, cancelsTwice: false };
  const each = () => Array.from({ length: SKUS }, (_, index) => one(index));
  const random = new Random(SEED);
  switch (workload) {
    case 'hot':
      return single;
    case 'sold_out':
      return { ...single, sellsOut: true };
    case 'place_cancel_cancel':
      return { ...single, cancelsTwice: true };
    case 'wide': {
      const orders = each();
      return { ...single, orders, next: () => random.integer(0, SKUS - 1), met: skuIdsOf(orders) };
    }
    case 'zipf': {
      const orders = each();
      return { ...single, orders, next: zipf(SKUS, ZIPF_EXPONENT, random), met: skuIdsOf(orders) };
    }
    case 'cold': {
      // The way is warmed up on a SKU of its own, the others stay cold, and are each asked for once.
      let met = 0;
      return {
        ...single,
        orders: [...each(), one(SKUS)],
        next: (warmingUp) => {
          if (warmingUp) return SKUS;
          return met < SKUS ? met++ : null;
        },
      };
    }
    case 'baskets': {
      const orders = baskets.map((lines) =>
        orderOf(lines.map(({ skuId, quantity }) => ({ skuId: `${prefix}-${skuId}`, quantity }))),
      );
      let next = 0;
      return { ...single, orders, next: () => next++ % orders.length, met: skuIdsOf(orders) };
    }
    default:
      return workload satisfies never;
  }
}

/** The SKUs that must be there before the load begins. */
export function stockOf(workload: WorkloadName, prefix: string, baskets: Baskets): StockedSku[] {
  const { orders, sellsOut } = askingOf(workload, prefix, baskets);
  return skuIdsOf(orders).map((id) => ({ id, onHand: sellsOut ? SOLD_OUT_UNITS : PLENTY }));
}

const orderOf = (lines: readonly LineRequest[]): AskedOrder => ({
  lines,
  units: lines.reduce((sum, { quantity }) => sum + quantity, 0),
});

const skuIdsOf = (orders: readonly AskedOrder[]): string[] => [
  ...new Set(orders.flatMap(({ lines }) => lines.map(({ skuId }) => skuId))),
];
