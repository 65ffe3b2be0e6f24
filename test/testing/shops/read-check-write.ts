/** Planted: stock is read, checked and written, with others between. */
import { Shop } from './shop.ts';

export class ReadCheckWrite extends Shop {
  protected override async take(skuId: string, quantity: number): Promise<boolean> {
    const { stock } = await this.skus.read(skuId);
    if (stock < quantity) return false;
    return this.skus.update(skuId, () => ({ stock: stock - quantity }));
  }
}
