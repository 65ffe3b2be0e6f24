/** Takes over the stock of a shop that counted it in a column of its own: once, or again after it broke off, until nothing differs. */
import type { StockKeeper } from '../../src/index.ts';

export interface OldSku {
  readonly id: string;
  readonly name: string;
  /** Of one unit, minor units. */
  readonly price: number;
  /** Units that the shop would still sell: those in open orders are not among them. */
  readonly stock: number;
  /** Units in orders that are neither shipped nor cancelled. */
  readonly inOpenOrders: number;
}

export interface OldOrder {
  readonly id: string;
  readonly customerId: string;
  readonly isPaid: boolean;
  readonly lines: { readonly skuId: string; readonly quantity: number }[];
}

/** Each can be read again from the beginning; nobody writes it meanwhile. */
export interface OldShop {
  skus(): AsyncIterable<OldSku>;
  openOrders(): AsyncIterable<OldOrder>;
}

/** Asked at the same time, for what is asked together is committed together. */
const AT_ONCE = 500;

/** What is not as it was in the old shop, a line each; none when the new one may open. */
export async function moveIn(keeper: StockKeeper, shop: OldShop): Promise<string[]> {
  const wrong: string[] = [];

  // What is in the building: for sale, or promised and not yet shipped.
  await all(shop.skus(), async ({ id, name, price, stock, inOpenOrders }) => {
    const onHand = stock + inOpenOrders;
    const created = onHand < 0 ? { kind: 'sold_too_often' } : await keeper.createSku({ id, name, price, onHand });
    if (created.kind !== 'sku_created' && created.kind !== 'sku_exists') wrong.push(`SKU ${id}: ${created.kind}`);
  });

  await all(shop.openOrders(), async ({ id, customerId, isPaid, lines }) => {
    // Under the id that it has: asked again, it is not placed again.
    const placed = await keeper.placeOrder({ id, customerId, lines, expiresInSeconds: 24 * 60 * 60 });
    const last = placed.kind === 'order_placed' && isPaid ? await keeper.confirmOrder({ id }) : placed;
    if (last.kind !== 'order_placed' && last.kind !== 'order') wrong.push(`order ${id}: ${last.kind}`);
  });

  await all(shop.skus(), async ({ id, stock }) => {
    const read = await keeper.readSku({ id });
    const available = read.kind === 'sku' ? read.sku.available : read.kind;
    if (available !== stock) wrong.push(`SKU ${id}: ${stock} in the old shop, ${available} here`);
  });
  return wrong;
}

async function all<T>(given: AsyncIterable<T>, work: (one: T) => Promise<void>): Promise<void> {
  const some: Promise<void>[] = [];
  for await (const one of given) {
    some.push(work(one));
    if (some.length === AT_ONCE) await Promise.all(some.splice(0));
  }
  await Promise.all(some);
}
