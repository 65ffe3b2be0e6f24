/** The keeper of this repository on a store in memory, as a shop of the kit. A crash is another keeper on the same store. */

import { Keeper } from '../../../src/keeper/keeper.ts';
import type { Command } from '../../../src/shop/commands.ts';
import type { Outcome } from '../../../src/shop/outcome.ts';
import { available } from '../../../src/shop/skus/sku.ts';
import type { OpenedSku, OrderAsked, Said, ShopAdapter } from '../../../src/testing/index.ts';
import { cancel, place, readSku } from '../../support/commands.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { statement } from './rows.ts';

const NO_POLICY = { safetyStock: 0, backorderLimit: 0, maxPerOrder: null, maxPerCustomer: null };

export class KeeperShop implements ShopAdapter {
  readonly store = new MemoryStore();
  keeper: Keeper;

  constructor() {
    this.store.gate = {
      before: () => statement().then(() => undefined),
      after: () => statement().then(() => undefined),
    };
    this.keeper = this.#hire();
  }

  async open({ skus }: { readonly skus: readonly OpenedSku[] }): Promise<void> {
    for (const { skuId: id, productId, stock: onHand } of skus) {
      const sku = { id, productId, name: id, price: 100, currency: 'EUR', onHand, ...NO_POLICY };
      await this.#ask({ kind: 'create_sku', sku });
    }
  }

  async place({ orderId, lines }: OrderAsked): Promise<'placed' | 'refused'> {
    const { kind } = await this.#ask({ ...place(orderId, {}), lines, fingerprint: JSON.stringify(lines) });
    return kind === 'order_placed' ? 'placed' : 'refused';
  }

  async cancel(orderId: string): Promise<Said> {
    return saidBy(await this.#ask(cancel(orderId)));
  }

  async confirm(orderId: string): Promise<Said> {
    return saidBy(await this.#ask({ kind: 'confirm', orderId }));
  }

  async ship(orderId: string): Promise<Said> {
    return saidBy(await this.#ask({ kind: 'ship', orderId }));
  }

  async return(orderId: string, lines: OrderAsked['lines']): Promise<Said> {
    return saidBy(await this.#ask({ kind: 'return', orderId, lines, restock: true }));
  }

  async stock(skuId: string): Promise<number> {
    return available(await this.#sku(skuId));
  }

  async sales(skuId: string): Promise<number> {
    return (await this.#sku(skuId)).sales;
  }

  async productSales(productId: string): Promise<number> {
    const product = await this.keeper.lists.product(productId, { after: null, limit: 1 });
    return product?.sales ?? Number.NaN;
  }

  /** What the keeper before has under way is answered to nobody. */
  async restart(): Promise<void> {
    this.keeper = this.#hire();
  }

  #hire(): Keeper {
    return new Keeper({ store: this.store, lists: this.store });
  }

  async #ask(command: Command): Promise<Outcome> {
    const { keeper } = this;
    const { outcome } = await keeper.ask(command);
    if (keeper !== this.keeper) throw new Error('power cut');
    if (outcome.kind === 'unknown_outcome') throw new Error(outcome.kind);
    return outcome;
  }

  async #sku(skuId: string) {
    const outcome = await this.#ask(readSku(skuId));
    if (outcome.kind !== 'sku') throw new Error(outcome.kind);
    return outcome.sku;
  }
}

function saidBy(outcome: Outcome): Said {
  return outcome.kind === 'order' ? 'done' : 'refused';
}
