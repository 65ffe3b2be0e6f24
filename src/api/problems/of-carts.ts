/** Refusals that are about a cart. */
import type { RefusalEntries } from './entry.ts';
import { quoted } from './words.ts';

const cartId = 'cart-7';

export const CART_REFUSALS = {
  cart_not_found: {
    status: 404,
    title: 'No such cart',
    sentence: (r) =>
      `There is no cart ${quoted(r.cartId)}. It comes into being with its first line: PUT /carts/:id/lines/:skuId.`,
    remedy: 'Put a line, PUT /carts/{id}/lines/{skuId}: that makes the cart. Idle carts come to an end after a while.',
    example: { cartId },
  },
  cart_full: {
    status: 409,
    title: 'The cart is full',
    sentence: (r) =>
      `Cart ${quoted(r.cartId)} would have ${r.lines} lines, the most is ${r.highest}. Take lines out first.`,
    remedy: 'Take lines out of the cart, or check some of them out, first.',
    example: { cartId, lines: 501, highest: 500 },
  },
  cart_merged_into_itself: {
    status: 422,
    title: 'The cart is the same',
    sentence: (r) => `Cart ${quoted(r.cartId)} cannot be merged into itself. Name the other cart in "from".`,
    remedy: 'Name the other cart in "from".',
    example: { cartId },
  },
  nothing_selected: {
    status: 422,
    title: 'Nothing is selected',
    sentence: (r) =>
      `Nothing is selected in cart ${quoted(r.cartId)}, or it was bought already. Select lines with PUT or PATCH.`,
    remedy: 'Select lines, PATCH /carts/{id}, then check out. What was bought has left the cart.',
    example: { cartId },
  },
  cart_quarantined: {
    status: 503,
    title: 'The cart is quarantined',
    sentence: (r) =>
      `What is stored of cart ${quoted(r.cartId)} cannot be true: ${r.reason}. Nothing was decided. The operator ` +
      'must run verify; all other carts serve.',
    remedy: 'The operator runs verify, which says what cannot be true of it; the shopper may take another cart.',
    example: {
      cartId,
      reason: 'two of its lines are of one SKU',
      retryAfterSeconds: 60,
    },
  },
} satisfies Partial<RefusalEntries>;
