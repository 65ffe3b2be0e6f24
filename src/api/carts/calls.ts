/** The calls of carts. */
import { Type } from 'typebox';
import { asked } from '../asked.ts';
import { command } from '../call.ts';
import { PLACED_ANSWERS } from '../orders/body.ts';
import { PLACED } from '../orders/requests.ts';
import { CART_EXAMPLE } from './body.ts';
import {
  CartLineBody,
  CartLineParams,
  CartParams,
  CheckoutBody,
  checkOut,
  MergeBody,
  mergeCarts,
  NewCartLineParams,
  NewCartParams,
  SelectBody,
} from './requests.ts';

const QUARANTINED = ['cart_quarantined', 'sku_quarantined'] as const;

const shown = (description: string) => ({ 200: { description, example: CART_EXAMPLE } });

export const CART_CALLS = {
  /** Reads a cart. Each line shows the price and the availability of that moment. */
  readCart: command({
    method: 'GET',
    path: '/carts/:id',
    tag: 'Carts',
    role: 'reader',
    summary: 'Read a cart',
    description:
      'Never older than an acknowledged write; prices and availability are of the same moment. `If-None-Match` with ' +
      'the `ETag` is answered 304 while neither the cart nor a SKU in it has changed since.',
    takes: 'read',
    params: CartParams,
    response: { 200: Type.Ref('Cart#'), 304: Type.Null() },
    answers: {
      ...shown('The cart.'),
      304: { description: 'The cart is still at the version of `If-None-Match`, and shows the same.' },
    },
    success: ['cart'],
    refusals: ['cart_not_found', ...QUARANTINED],
    ask: ({ id }) => asked({ kind: 'read_cart', cartId: id }),
  }),

  /** Sets a line of a cart. The first line creates the cart. Reserves nothing. */
  putLine: command({
    method: 'PUT',
    path: '/carts/:id/lines/:skuId',
    tag: 'Carts',
    role: 'shop',
    summary: 'Set a line of a cart',
    description:
      'A cart comes into being with its first line. Absolute, so it can be repeated; other lines stay as they are, ' +
      'whoever changes them at the same time. Reserves nothing.',
    takes: 'write',
    params: NewCartLineParams,
    body: CartLineBody,
    response: { 200: Type.Ref('Cart#') },
    answers: shown('The cart after the change.'),
    success: ['cart'],
    refusals: ['unknown_sku', 'cart_full', ...QUARANTINED],
    ask: ({ id, skuId, quantity, selected = null }) =>
      asked({ kind: 'put_line', cartId: id, skuId, quantity, selected }),
  }),

  /** Removes a line of a cart, if it is there. */
  removeLine: command({
    method: 'DELETE',
    path: '/carts/:id/lines/:skuId',
    tag: 'Carts',
    role: 'shop',
    summary: 'Remove a line of a cart',
    description: 'Also 200 when there is no such line. The emptied cart stays until nobody has changed it for long.',
    takes: 'write',
    params: CartLineParams,
    response: { 200: Type.Ref('Cart#') },
    answers: shown('The cart without the line.'),
    success: ['cart'],
    refusals: ['cart_not_found', ...QUARANTINED],
    ask: ({ id, skuId }) => asked({ kind: 'remove_line', cartId: id, skuId }),
  }),

  /** Selects all lines of a cart, or none. */
  selectAll: command({
    method: 'PATCH',
    path: '/carts/:id',
    tag: 'Carts',
    role: 'shop',
    summary: 'Select all lines of a cart, or none',
    takes: 'write',
    params: CartParams,
    body: SelectBody,
    response: { 200: Type.Ref('Cart#') },
    answers: shown('The cart after the change.'),
    success: ['cart'],
    refusals: ['cart_not_found', ...QUARANTINED],
    ask: ({ id, selectAll }) => asked({ kind: 'select_all', cartId: id, selected: selectAll }),
  }),

  /** Adds the lines of the cart `from` to a cart, and empties `from`. Asking again adds nothing. */
  mergeCarts: command({
    method: 'POST',
    path: '/carts/:id/merge',
    tag: 'Carts',
    role: 'shop',
    summary: 'Merge another cart into a cart',
    description:
      "Adds the other cart's lines, and empties it, at once: asked again it adds nothing. A line is selected if it " +
      'is in either cart. The cart comes into being if it must.',
    takes: 'keyed_write',
    params: NewCartParams,
    body: MergeBody,
    response: { 200: Type.Ref('Cart#') },
    answers: {
      200: {
        description: 'The cart with the lines of both.',
        example: CART_EXAMPLE,
        headers: ['idempotent-replayed'],
      },
    },
    success: ['cart'],
    refusals: ['cart_not_found', 'cart_full', 'cart_merged_into_itself', 'idempotency_key_reused', ...QUARANTINED],
    ask: ({ id, from }) => mergeCarts(id, { from }),
  }),

  /**
   * Places an order of the selected lines of a cart, and takes what was bought out of the cart: all at once, or
   * nothing. It waits for stock as placing an order does. `ifVersion` is the version of the cart.
   */
  checkOut: command({
    method: 'POST',
    path: '/carts/:id/checkout',
    tag: 'Carts',
    role: 'shop',
    summary: 'Check out a cart',
    description:
      'Places an order of the selected lines at the prices of now, and takes exactly what was bought out of the ' +
      'cart: all at once, or, when it is refused, nothing. What is bought was selected when it was asked for and ' +
      'still is: quantity added meanwhile stays in the cart. With an `orderId`, asking again gives the order. ' +
      '`If-Match` and `If-None-Match` are of the cart, the `ETag` is that of the order.',
    takes: 'keyed_write',
    params: CartParams,
    body: CheckoutBody,
    ...PLACED_ANSWERS,
    refusals: ['cart_not_found', 'nothing_selected', 'cart_quarantined', ...PLACED],
    waits: true,
    ask: ({ id, ...body }, { newOrderId, defaultFreight }) => checkOut(id, body, newOrderId, defaultFreight),
  }),
};
