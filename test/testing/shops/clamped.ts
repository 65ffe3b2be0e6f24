/** Planted: what orders have taken is counted down by each cancel, and never below zero, instead of looking whether the order was cancelled. */
import type { OpenedSku, OrderAsked, Said, ShopAdapter } from '../../../src/testing/index.ts';
import { Rows } from './rows.ts';

export class Clamped implements ShopAdapter {
  readonly #skus = new Rows<{ readonly onHand: number; readonly reserved: number }>();
  readonly #orders = new Rows<{ readonly lines: OrderAsked['lines'] }>();

  async open({ skus }: { readonly skus: readonly OpenedSku[] }): Promise<void> {
    for (const { skuId, stock } of skus) await this.#skus.insert(skuId, { onHand: stock, reserved: 0 });
  }

  async place({ orderId, lines }: OrderAsked): Promise<'placed' | 'refused'> {
    for (const [i, { skuId, quantity }] of lines.entries()) {
      const isTaken = await this.#skus.update(skuId, ({ onHand, reserved }) =>
        onHand - reserved < quantity ? null : { reserved: reserved + quantity },
      );
      if (isTaken) continue;
      await this.#release(lines.slice(0, i));
      return 'refused';
    }
    await this.#orders.insert(orderId, { lines });
    return 'placed';
  }

  async cancel(orderId: string): Promise<Said> {
    const order = await this.#orders.find(orderId);
    if (order === null) return 'refused';
    await this.#release(order.lines);
    return 'done';
  }

  async stock(skuId: string): Promise<number> {
    const { onHand, reserved } = await this.#skus.read(skuId);
    return onHand - reserved;
  }

  async #release(lines: OrderAsked['lines']): Promise<void> {
    for (const { skuId, quantity } of lines) {
      await this.#skus.update(skuId, ({ reserved }) => ({ reserved: Math.max(0, reserved - quantity) }));
    }
  }
}
