/** Planted: a cancel checks the status, gives the units back and then writes the status, with others between. */
import type { Said } from '../../../src/testing/index.ts';
import { Shop } from './shop.ts';

export class CancelTwice extends Shop {
  override async cancel(orderId: string): Promise<Said> {
    const order = await this.orders.find(orderId);
    if (order === null || order.status !== 'placed') return 'refused';
    await this.restore(order.lines);
    await this.orders.update(orderId, () => ({ status: 'cancelled' }));
    for (const { skuId, quantity } of order.lines) await this.addSales(skuId, -quantity);
    return 'done';
  }
}
