/** A shop that is right: everything it can do is done under one lock, and written before it is answered. */
import type { OpenedSku, OrderAsked, PlaceSaid, Said, ShopAdapter } from '../../../src/testing/index.ts';
import { statement } from './rows.ts';

interface Order {
  status: 'pending' | 'confirmed' | 'shipped' | 'cancelled';
  readonly lines: OrderAsked['lines'];
  readonly returned: Record<string, number>;
}

interface Books {
  readonly skus: Record<string, { productId: string; stock: number; sales: number }>;
  readonly orders: Record<string, Order>;
}

export class Locked implements ShopAdapter {
  protected books: Books = { skus: {}, orders: {} };
  protected disk = '{}';
  /** What is under way ends, one after another. */
  #last: Promise<unknown> = Promise.resolve();

  async open({ skus }: { readonly skus: readonly OpenedSku[] }): Promise<void> {
    const rows = skus.map(({ skuId, productId, stock }) => [skuId, { productId, stock, sales: 0 }] as const);
    this.books = { skus: Object.fromEntries(rows), orders: {} };
    this.disk = JSON.stringify(this.books);
  }

  place({ orderId, lines }: OrderAsked): Promise<PlaceSaid> {
    return this.#alone<PlaceSaid>(({ skus, orders }) => {
      if (orders[orderId] !== undefined) return 'placed';
      if (lines.some(({ skuId, quantity }) => (skus[skuId]?.stock ?? 0) < quantity)) return 'refused';
      orders[orderId] = { status: 'pending', lines, returned: {} };
      this.#move(lines, -1);
      return 'placed';
    });
  }

  cancel(orderId: string): Promise<Said> {
    return this.#step(orderId, ['pending', 'confirmed', 'cancelled'], 'cancelled');
  }

  confirm(orderId: string): Promise<Said> {
    return this.#step(orderId, ['pending', 'confirmed'], 'confirmed');
  }

  expire(orderId: string): Promise<Said> {
    return this.#step(orderId, ['pending'], 'cancelled');
  }

  ship(orderId: string): Promise<Said> {
    return this.#step(orderId, ['confirmed', 'shipped'], 'shipped');
  }

  return(orderId: string, lines: OrderAsked['lines']): Promise<Said> {
    return this.#alone(({ orders }) => {
      const order = orders[orderId];
      if (order?.status !== 'shipped') return 'refused';
      const { returned } = order;
      const ordered = (skuId: string) => order.lines.find((line) => line.skuId === skuId)?.quantity ?? 0;
      if (lines.some(({ skuId, quantity }) => (returned[skuId] ?? 0) + quantity > ordered(skuId))) return 'refused';
      for (const { skuId, quantity } of lines) returned[skuId] = (returned[skuId] ?? 0) + quantity;
      this.#move(lines, 1);
      return 'done';
    });
  }

  async stock(skuId: string): Promise<number> {
    await statement();
    return this.books.skus[skuId]?.stock ?? Number.NaN;
  }

  async sales(skuId: string): Promise<number> {
    await statement();
    return this.books.skus[skuId]?.sales ?? Number.NaN;
  }

  async productSales(productId: string): Promise<number> {
    await statement();
    return Object.values(this.books.skus).reduce((sum, sku) => sum + (sku.productId === productId ? sku.sales : 0), 0);
  }

  /** Memory is lost, what was written is read again. What was under way has not happened if it was not written. */
  async restart(): Promise<void> {
    this.books = JSON.parse(this.disk) as Books;
    await statement();
  }

  /** Resolves when what was done is written. */
  protected async save(): Promise<void> {
    const { books } = this;
    const text = JSON.stringify(books);
    await statement();
    if (books !== this.books) throw new Error('power cut');
    this.disk = text;
  }

  #step(orderId: string, from: readonly Order['status'][], to: Order['status']): Promise<Said> {
    return this.#alone(({ orders }) => {
      const order = orders[orderId];
      if (order === undefined || !from.includes(order.status)) return 'refused';
      if (to === 'cancelled' && order.status !== 'cancelled') this.#move(order.lines, 1);
      order.status = to;
      return 'done';
    });
  }

  /** Gives units to the shelf, or takes them. */
  #move(lines: OrderAsked['lines'], sign: 1 | -1): void {
    for (const { skuId, quantity } of lines) {
      const sku = this.books.skus[skuId];
      if (sku === undefined) continue;
      sku.stock += sign * quantity;
      sku.sales -= sign * quantity;
    }
  }

  #alone<T>(work: (books: Books) => T): Promise<T> {
    const mine = this.#last.then(async () => {
      await statement();
      const answer = work(this.books);
      await this.save();
      return answer;
    });
    this.#last = mine.catch(() => {});
    return mine;
  }
}
