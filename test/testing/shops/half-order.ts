/** Planted: an order takes line after line, and leaves it at that when one is short. */
import type { OrderAsked } from '../../../src/testing/index.ts';
import { Shop } from './shop.ts';

export class HalfOrder extends Shop {
  override async place({ orderId, lines }: OrderAsked): Promise<'placed' | 'refused'> {
    for (const { skuId, quantity } of lines) if (!(await this.take(skuId, quantity))) return 'refused';
    await this.orders.insert(orderId, { status: 'placed', lines });
    for (const { skuId, quantity } of lines) await this.addSales(skuId, quantity);
    return 'placed';
  }
}
