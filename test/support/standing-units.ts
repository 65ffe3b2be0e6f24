/** What a customer has of a SKU, counted by hand. The model, the double of the store and the tests compare with it. */
import type { Order } from '../../src/shop/orders/order.ts';

/** Units in the standing orders of the customer, less what was returned. */
export function standingUnits(orders: Iterable<Order>, customerId: string, skuId: string): number {
  let units = 0;
  for (const order of orders) {
    if (order.customerId !== customerId || order.status === 'cancelled') continue;
    for (const line of order.lines) if (line.skuId === skuId) units += line.quantity - line.returned;
  }
  return units;
}
