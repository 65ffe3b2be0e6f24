/** The ceiling: the service's own door with nothing behind it. It reads, validates and answers, and keeps nothing. */
import type { Order } from '../../../../src/shop/orders/order.ts';
import { CURRENCY, PRICE, serve } from './serve.ts';

const cancelled = (id: string, at: number): Order => ({
  id,
  status: 'cancelled',
  payment: 'cash_on_delivery',
  customerId: null,
  lines: [{ skuId: 'any', quantity: 1, ordered: 1, unitPrice: PRICE, returned: 0 }],
  freight: 0,
  currency: CURRENCY,
  expiresAt: null,
  cancelReason: 'requested',
  version: 2,
  fingerprint: '',
  createdAt: at,
  updatedAt: at,
});

await serve({
  async place({ lines: [line] }) {
    // Of what is sold out, the work is that of a refusal.
    if (!line?.skuId.startsWith('sold_out')) return null;
    return [{ skuId: line.skuId, requested: line.quantity, available: 0, version: 1 }];
  },
  cancel: async (orderId, at) => cancelled(orderId, at),
});
