/** What requests say to create a SKU and to change it. */
import { Type } from 'typebox';
import { type Asked, asked } from '../asked.ts';
import {
  Counter,
  Currency,
  Fields,
  ID_LENGTH_MAX,
  Id,
  isCurrency,
  isId,
  LIMIT_MAX,
  Money,
  NewId,
  NullableId,
  Text,
} from '../fields.ts';
import { DoorFault } from '../problems/problems.ts';
import { CHANGED_POLICY, CHANGES_EXAMPLE, NEW_POLICY, policyOf, policySaid } from './policy.ts';

export const SkuParams = Fields({ id: Id('Id of the SKU.') });

const NEW_SKU = {
  id: 'MUG-RED',
  productId: 'MUG',
  name: 'Mug, red',
  price: 1290,
  currency: 'EUR',
  onHand: 100,
};

export const NewSkuBody = Fields(
  {
    id: NewId('Chosen by the client, unique, never changed.'),
    productId: Type.Optional(NullableId('The product this SKU belongs to.')),
    name: Text('What a person calls it.'),
    price: Money('Minor units of `currency`.'),
    currency: Type.Optional(Currency),
    onHand: Type.Optional(Counter('Opening stock, units: the first movement, `received`.', { default: 0 })),
    ...NEW_POLICY,
  },
  { examples: [NEW_SKU] },
);

export type NewSku = Type.Static<typeof NewSkuBody>;

/** The SKU to create, with every default filled in. Throws `DoorFault` when the currency does not exist. */
function newSku(body: NewSku) {
  const currency = body.currency ?? 'EUR';
  if (!isCurrency(currency)) {
    throw new DoorFault(
      'invalid_request',
      `currency must be one that ISO 4217 knows, such as "EUR", got "${currency}".`,
    );
  }
  return {
    id: body.id,
    productId: body.productId ?? null,
    name: body.name,
    price: body.price,
    currency,
    onHand: body.onHand ?? 0,
    ...policyOf(body),
  };
}

export const ChangesBody = Fields(
  {
    name: Type.Optional(Text('What a person calls it.')),
    price: Type.Optional(Money('Of orders placed from now on; orders that stand keep theirs.')),
    productId: Type.Optional(NullableId('The product this SKU belongs to; `null` takes it out.')),
    ...CHANGED_POLICY,
  },
  { minProperties: 1, examples: [CHANGES_EXAMPLE] },
);

/**
 * What tells one request to create a SKU from another under an idempotency key. A field that came later tells nothing
 * when it is left out, so a client may ask again across an upgrade.
 */
function saidOf(sku: ReturnType<typeof newSku>) {
  return { kind: 'create_sku', sku: { ...sku, ...policySaid(sku) } };
}

/** Throws `DoorFault` when the currency does not exist. */
export function createSku(body: NewSku): Asked {
  const sku = newSku(body);
  return asked({ kind: 'create_sku', sku }, saidOf(sku));
}

/** Ids that come inside another text, each once. Throws `DoorFault` for a text that is not an id, and for too many. */
export function idsOf(named: readonly string[]): readonly string[] {
  const ids = [...new Set(named)];
  if (ids.length > LIMIT_MAX) {
    throw new DoorFault(
      'invalid_request',
      `Query parameter ids must name at most ${LIMIT_MAX} SKUs, got ${ids.length}.`,
    );
  }
  if (!ids.every(isId)) {
    throw new DoorFault(
      'invalid_request',
      `Query parameter ids must be ids of 1 to ${ID_LENGTH_MAX} characters, separated by commas.`,
    );
  }
  return ids;
}
