/** The requests of the service, and of other shops with its routes, for the kit. */
import type { HttpShop } from '../../../src/testing/index.ts';

/** What both know; `url` is asked at each request. */
export function placeAndCancel(url: () => string): HttpShop {
  return {
    get url() {
      return url();
    },
    open: (skus) =>
      skus.map(({ skuId: id, productId, stock: onHand }) => ({
        path: '/skus',
        body: { id, productId, name: id, price: 100, onHand },
      })),
    place: ({ orderId: id, lines }) => ({ path: '/orders', body: { id, lines } }),
    cancel: (orderId) => ({ path: `/orders/${orderId}/cancel` }),
    stock: (skuId) => ({ path: `/skus/${skuId}`, read: ({ available }: { available: number }) => available }),
    productSales: (id) => ({ path: `/products/${id}`, read: ({ sales }: { sales: number }) => sales }),
  };
}

/** All that the service knows; `restart` if it can be killed. */
export function serviceShop(url: () => string, restart?: () => Promise<void>): HttpShop {
  let returns = 0;
  const shop: HttpShop = {
    ...placeAndCancel(url),
    get url() {
      return url();
    },
    confirm: (orderId) => ({ path: `/orders/${orderId}/confirm` }),
    ship: (orderId) => ({ path: `/orders/${orderId}/ship` }),
    return: (orderId, lines) => ({
      path: `/orders/${orderId}/return`,
      body: { lines, restock: true },
      headers: { 'idempotency-key': `${orderId}-${++returns}` },
    }),
    sales: (skuId) => ({ path: `/skus/${skuId}`, read: ({ sales }: { sales: number }) => sales }),
  };
  // Spreading would ask for the address once and for all.
  return restart === undefined ? shop : Object.assign(shop, { restart });
}
