/** A recorded request in the words of the shop: which SKU or order it is about, and what it asks for, with every default filled in. */
import {
  addTogether,
  EXPIRES_IN_SECONDS_DEFAULT,
  type LineRequest,
  type Payment,
} from '../../../src/shop/orders/order.ts';
import type { NewSku, SkuChanges } from '../../../src/shop/skus/rules.ts';
import type { Request } from '../../support/shop-client.ts';

export type Asked =
  | { readonly kind: 'create'; readonly skuId: string; readonly sku: Omit<NewSku, 'reserved' | 'sales'> }
  | { readonly kind: 'change'; readonly skuId: string; readonly changes: SkuChanges }
  | {
      readonly kind: 'receive';
      readonly skuId: string;
      readonly quantity: number;
      readonly reason: string | null;
      readonly reference: string | null;
    }
  | {
      readonly kind: 'adjust';
      readonly skuId: string;
      readonly delta: number | null;
      readonly onHand: number | null;
      readonly reason: string;
    }
  | { readonly kind: 'read_sku'; readonly skuId: string }
  | { readonly kind: 'read_movements'; readonly skuId: string; readonly after: number }
  /** `whole`: the page begins at the beginning. */
  | { readonly kind: 'read_product'; readonly productId: string; readonly whole: boolean }
  | { readonly kind: 'list_skus' }
  | {
      readonly kind: 'place';
      /** Null when the service chooses it. */
      readonly orderId: string | null;
      readonly lines: readonly LineRequest[];
      readonly payment: Payment;
      readonly freight: number;
      readonly customerId: string | null;
      readonly expiresInSeconds: number;
    }
  | { readonly kind: 'read_order' | 'confirm' | 'ship'; readonly orderId: string }
  | { readonly kind: 'cancel'; readonly orderId: string; readonly reason: string | null }
  | { readonly kind: 'reduce'; readonly orderId: string; readonly skuId: string; readonly quantity: number }
  | {
      readonly kind: 'return';
      readonly orderId: string;
      readonly lines: readonly LineRequest[];
      readonly restock: boolean;
    }
  | { readonly kind: 'list_orders' }
  /** Of no SKU and no order, or no request that the service would take. */
  | { readonly kind: 'other' };

const OTHER: Asked = { kind: 'other' };

/** Never throws: what is no request of the shop is `other`. */
export function askedOf({ method, path, body: sent }: Request): Asked {
  const [route = '', query = ''] = path.split('?', 2);
  const [, room, id, step, skuId] = route.split('/').map(decoded);
  const body = (typeof sent === 'object' && sent !== null ? sent : {}) as Body;
  const search = new URLSearchParams(query);
  if (room === 'skus') return id === undefined ? ofSkus(method, body) : ofSku(method, id, step, body, search);
  if (room === 'orders') return id === undefined ? ofOrders(method, body) : ofOrder(method, id, step, skuId, body);
  if (room === 'products' && id !== undefined) {
    return { kind: 'read_product', productId: id, whole: !search.has('after') };
  }
  return OTHER;
}

type Body = Readonly<Record<string, unknown>>;

function ofSkus(method: string, body: Body): Asked {
  if (method === 'GET') return { kind: 'list_skus' };
  const sku = { ...NEW_SKU, ...(body as Partial<typeof NEW_SKU>) };
  return { kind: 'create', skuId: sku.id, sku };
}

const NEW_SKU: Omit<NewSku, 'reserved' | 'sales'> = {
  id: '',
  productId: null,
  name: '',
  price: 0,
  currency: 'EUR',
  onHand: 0,
  safetyStock: 0,
  backorderLimit: 0,
  maxPerOrder: null,
  maxPerCustomer: null,
};

function ofSku(method: string, skuId: string, step: string | undefined, body: Body, search: URLSearchParams): Asked {
  switch (`${method} ${step ?? ''}`) {
    case 'GET ':
      return { kind: 'read_sku', skuId };
    case 'PATCH ':
      return { kind: 'change', skuId, changes: body };
    case 'POST receive':
      return { kind: 'receive', skuId, reason: null, reference: null, ...(body as { quantity: number }) };
    case 'POST adjust':
      return { kind: 'adjust', skuId, delta: null, onHand: null, ...(body as { reason: string }) };
    case 'GET movements':
      return { kind: 'read_movements', skuId, after: Number(search.get('after') ?? 0) };
    default:
      return OTHER;
  }
}

function ofOrders(method: string, body: Body): Asked {
  if (method === 'GET') return { kind: 'list_orders' };
  const { id = null, payment = 'online', freight = 0, customerId = null, expiresInSeconds } = body as Placement;
  const seconds = expiresInSeconds ?? EXPIRES_IN_SECONDS_DEFAULT;
  return { kind: 'place', orderId: id, lines: linesIn(body), payment, freight, customerId, expiresInSeconds: seconds };
}

interface Placement {
  readonly id?: string;
  readonly payment?: Payment;
  readonly freight?: number;
  readonly customerId?: string | null;
  readonly expiresInSeconds?: number;
}

function ofOrder(
  method: string,
  orderId: string,
  step: string | undefined,
  skuId: string | undefined,
  body: Body,
): Asked {
  switch (`${method} ${step ?? ''}`) {
    case 'GET ':
      return { kind: 'read_order', orderId };
    case 'POST confirm':
      return { kind: 'confirm', orderId };
    case 'POST ship':
      return { kind: 'ship', orderId };
    case 'POST cancel':
      return { kind: 'cancel', orderId, reason: null, ...(body as { reason?: string }) };
    case 'POST return':
      return { kind: 'return', orderId, lines: linesIn(body), restock: body['restock'] === true };
    case 'PATCH lines':
      return { kind: 'reduce', orderId, skuId: skuId ?? '', quantity: Number(body['quantity']) };
    default:
      return OTHER;
  }
}

function linesIn({ lines }: Body): LineRequest[] {
  const isLine = (line: unknown): line is LineRequest => typeof line === 'object' && line !== null && 'skuId' in line;
  return Array.isArray(lines) ? addTogether(lines.filter(isLine)) : [];
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
