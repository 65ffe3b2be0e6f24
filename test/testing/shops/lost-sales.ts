/** Planted: a product's sales are read and written back, with others between. */
import { Shop } from './shop.ts';

export class LostSales extends Shop {
  protected override async addSales(skuId: string, units: number): Promise<void> {
    const { productId } = await this.skus.read(skuId);
    const { sales } = await this.products.read(productId);
    await this.products.update(productId, () => ({ sales: sales + units }));
  }
}
