/** How a SKU and its movements are shown. */
import { Type } from 'typebox';
import { isoTime } from '../../lib/iso-time.ts';
import { available, type Movement, type Sku } from '../../shop/skus/sku.ts';
import { Fields, Time } from '../fields.ts';
import { AVAILABLE, POLICY_EXAMPLE, policyOf, SHOWN_POLICY } from './policy.ts';

const Count = (description: string) => Type.Integer({ description });

export const SkuBody = Fields(
  {
    id: Type.String(),
    productId: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'The product this SKU belongs to.',
    }),
    name: Type.String(),
    price: Count('Minor units of `currency`.'),
    currency: Type.String({ description: 'ISO 4217.' }),
    onHand: Count('Units in the building.'),
    reserved: Count('Units promised to orders not yet shipped.'),
    available: Count(AVAILABLE),
    sales: Count('Units in orders that stand.'),
    ...SHOWN_POLICY,
    version: Count('Number of movements; the `ETag`.'),
    createdAt: Time('When the SKU was created.'),
    updatedAt: Time('When it last changed.'),
  },
  { $id: 'Sku' },
);
/** A SKU, as it is shown. Counters are units; `available` is what may be reserved now. */
export interface SkuBody extends Type.Static<typeof SkuBody> {}

export function skuBody(sku: Sku): SkuBody {
  return {
    id: sku.id,
    productId: sku.productId,
    name: sku.name,
    price: sku.price,
    currency: sku.currency,
    onHand: sku.onHand,
    reserved: sku.reserved,
    available: available(sku),
    sales: sku.sales,
    ...policyOf(sku),
    version: sku.version,
    createdAt: isoTime(sku.createdAt),
    updatedAt: isoTime(sku.updatedAt),
  };
}

export const MovementBody = Fields(
  {
    skuId: Type.String(),
    version: Count('1 for the first movement of the SKU, without gaps.'),
    kind: Type.Enum(['received', 'adjusted', 'reserved', 'released', 'shipped', 'returned', 'changed']),
    quantity: Count('Signed for `adjusted`, 0 for `changed`, positive otherwise.'),
    onHand: Count('After the movement.'),
    reserved: Count('After the movement.'),
    sales: Count('After the movement.'),
    orderId: Type.Optional(Type.String({ description: 'The order that caused it.' })),
    reason: Type.Optional(Type.String()),
    reference: Type.Optional(Type.String({ description: 'The delivery note, or what else was named.' })),
    restocked: Type.Optional(
      Type.Boolean({ description: 'Of a `returned`: whether its units went back on the shelf, into `onHand`.' }),
    ),
    at: Time('When it was decided.'),
  },
  { $id: 'Movement' },
);
/** A movement of a SKU, as its ledger shows it. The counters are those after the movement. */
export interface MovementBody extends Type.Static<typeof MovementBody> {}

export function movementBody(movement: Movement): MovementBody {
  const { orderId, reason, reference, restocked } = movement;
  return {
    skuId: movement.skuId,
    version: movement.version,
    kind: movement.kind,
    quantity: movement.quantity,
    onHand: movement.onHand,
    reserved: movement.reserved,
    sales: movement.sales,
    ...(orderId === null ? {} : { orderId }),
    ...(reason === null ? {} : { reason }),
    ...(reference === null ? {} : { reference }),
    ...(restocked === null ? {} : { restocked }),
    at: isoTime(movement.at),
  };
}

export const SKU_EXAMPLE: SkuBody = {
  id: 'MUG-RED',
  productId: 'MUG',
  name: 'Mug, red',
  price: 1290,
  currency: 'EUR',
  onHand: 100,
  reserved: 2,
  available: 98,
  sales: 2,
  ...POLICY_EXAMPLE,
  version: 2,
  createdAt: '2026-11-20T09:00:00.000Z',
  updatedAt: '2026-11-20T09:12:30.250Z',
};

export const MOVEMENTS_EXAMPLE: readonly MovementBody[] = [
  {
    skuId: 'MUG-RED',
    version: 1,
    kind: 'received',
    quantity: 100,
    onHand: 100,
    reserved: 0,
    sales: 0,
    at: '2026-11-20T09:00:00.000Z',
  },
  {
    skuId: 'MUG-RED',
    version: 2,
    kind: 'reserved',
    quantity: 2,
    onHand: 100,
    reserved: 2,
    sales: 2,
    orderId: 'order-1001',
    at: '2026-11-20T09:12:30.250Z',
  },
];
