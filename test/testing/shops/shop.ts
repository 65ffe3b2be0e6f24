/** A shop whose every statement is right by itself: each of the others changes one of its ways. What it does at the same time is right as well. */
import type { OpenedSku, OrderAsked, Said, ShopAdapter } from '../../../src/testing/index.ts';
import { Rows } from './rows.ts';

interface SkuRow {
  readonly productId: string;
  readonly stock: number;
}

interface OrderRow {
  readonly status: 'placed' | 'confirmed' | 'shipped' | 'cancelled';
  readonly lines: OrderAsked['lines'];
}

export class Shop implements ShopAdapter {
  protected skus = new Rows<SkuRow>();
  protected products = new Rows<{ readonly sales: number }>();
  protected orders = new Rows<OrderRow>();

  async open({ skus }: { readonly skus: readonly OpenedSku[] }): Promise<void> {
    for (const { skuId, productId, stock } of skus) {
      await this.skus.insert(skuId, { productId, stock });
      await this.products.insert(productId, { sales: 0 });
    }
  }

  async place({ orderId, lines }: OrderAsked): Promise<'placed' | 'refused'> {
    for (const [i, { skuId, quantity }] of lines.entries()) {
      if (await this.take(skuId, quantity)) continue;
      await this.restore(lines.slice(0, i));
      return 'refused';
    }
    await this.orders.insert(orderId, { status: 'placed', lines });
    for (const { skuId, quantity } of lines) await this.addSales(skuId, quantity);
    return 'placed';
  }

  async cancel(orderId: string): Promise<Said> {
    let cancelled: OrderAsked['lines'] = [];
    const isDone = await this.orders.update(orderId, ({ status, lines }) => {
      if (status === 'shipped' || status === 'cancelled') return null;
      cancelled = lines;
      return { status: 'cancelled' };
    });
    await this.restore(cancelled);
    for (const { skuId, quantity } of cancelled) await this.addSales(skuId, -quantity);
    return isDone ? 'done' : 'refused';
  }

  async stock(skuId: string): Promise<number> {
    return (await this.skus.read(skuId)).stock;
  }

  async productSales(productId: string): Promise<number> {
    return (await this.products.read(productId)).sales;
  }

  /** Takes units if there are enough. */
  protected take(skuId: string, quantity: number): Promise<boolean> {
    return this.skus.update(skuId, ({ stock }) => (stock < quantity ? null : { stock: stock - quantity }));
  }

  protected async restore(lines: OrderAsked['lines']): Promise<void> {
    for (const { skuId, quantity } of lines)
      await this.skus.update(skuId, ({ stock }) => ({ stock: stock + quantity }));
  }

  protected async addSales(skuId: string, units: number): Promise<void> {
    const { productId } = await this.skus.read(skuId);
    await this.products.update(productId, ({ sales }) => ({ sales: sales + units }));
  }
}
