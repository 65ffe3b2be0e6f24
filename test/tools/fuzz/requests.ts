/** Requests that the document allows, as plans: what is known of the shop is looked up when one is sent. */
import fc from 'fast-check';
import type { Call } from './api.ts';
import { fromSchema } from './from-schema.ts';
import { jsonText } from './json-text.ts';
import { Known, type KnownKind, type OrderIn, resolved, type Shop, type Versioned } from './known.ts';

/** A request without a fault; every field may be something `Known`. */
export interface Plan {
  readonly call: Call;
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  /** `undefined` sends none. */
  readonly body: unknown;
}

/** A request as it is sent. */
export interface Request {
  /** The call of the document that it was made for. */
  readonly call: Call;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | null;
}

/** The status that an order must have for a call to do something, most of the time. */
const DESERVING: Readonly<Record<string, OrderIn>> = {
  confirmOrder: 'order pending',
  shipOrder: 'order confirmed',
  reduceLine: 'order confirmed',
  returnUnits: 'order shipped',
};

const NOWHERE = 'nowhere';
const known = (kind: KnownKind, otherwise = NOWHERE): fc.Arbitrary<Known> =>
  fc.nat({ max: 1_000_000 }).map((nth) => new Known(kind, nth, otherwise));
const mostly = <T, U>(one: fc.Arbitrary<T>, other: fc.Arbitrary<U>): fc.Arbitrary<T | U> =>
  fc.oneof({ weight: 15, arbitrary: one }, { weight: 1, arbitrary: other });
const fresh = (prefix: string) => fc.noBias(fc.nat({ max: 2 ** 31 - 1 })).map((n) => `${prefix}-${n}`);

/** As ids of others are: whatever the schema of an id allows. */
const ODD_IDS = fromSchema({
  type: 'string',
  minLength: 1,
  maxLength: 128,
  pattern: '^(?!\\.{1,2}$)[^\\p{Cc}\\p{Cs}]*$',
});

const OWN: Readonly<Record<string, Versioned>> = { orders: 'order', products: 'product', carts: 'cart' };

/** These bring into being what they name. */
const CREATING = ['putLine', 'mergeCarts', 'putProduct'];
/** These create, and never overwrite. */
const CREATING_ANEW = ['createSku', 'placeOrder'];

/** What a field means, where its schema does not say it; `null` leaves it to the schema. */
function meaning({ operationId, segments }: Call, where: 'path' | 'query' | 'header' | 'body') {
  const own: Versioned = OWN[segments[0] ?? ''] ?? 'sku';
  return (name: string): fc.Arbitrary<unknown> | null => {
    switch (`${where} ${name}`) {
      case 'path id':
        return fc.oneof(
          { weight: 10, arbitrary: known(DESERVING[operationId] ?? own) },
          { weight: 5, arbitrary: known(own) },
          { weight: CREATING.includes(operationId) ? 4 : 0, arbitrary: fresh(own) },
          { weight: 1, arbitrary: fc.constantFrom(NOWHERE, '..', 'a/b', '😀') },
        );
      case 'path skuId':
        return operationId === 'putLine' ? mostly(known('sku'), known('line')) : mostly(known('line'), known('sku'));
      case 'body skuIds':
        return fc.oneof(
          {
            weight: 30,
            arbitrary: fc.array(mostly(known('sku'), fc.constant(NOWHERE)), { minLength: 1, maxLength: 5 }),
          },
          { weight: 1, arbitrary: known('sku').map((one) => Array.from({ length: 1000 }, () => one)) },
        );
      case 'body from':
        return mostly(known('cart'), fc.constant(NOWHERE));
      case 'body orderId':
        return fc.oneof({ weight: 6, arbitrary: fresh('order') }, { weight: 1, arbitrary: known('order', 'first') });
      case 'body waitSeconds':
        return fc.constantFrom(0, 0, 0, 0, 0, 1);
      case 'path code':
        return fc.constantFrom('sku_exists', 'insufficient_stock', 'internal_error', 'no_such_problem', '__proto__');
      case 'body skuId':
        return operationId === 'returnUnits'
          ? mostly(known('line'), known('sku'))
          : mostly(known('sku'), fc.constant(NOWHERE));
      case 'body onHand':
        return operationId === 'createSku' ? fc.constantFrom(0, 3, 20, 1000, 1_000_000, 2_147_483_647) : null;
      case 'body backorderLimit':
        return fc.constantFrom(0, 0, 5, 2_147_483_647);
      case 'body maxPerOrder':
        return fc.constantFrom(null, null, null, null, 2, 1000, 2_147_483_647);
      case 'body maxPerCustomer':
        return fc.constantFrom(null, null, null, null, null, 2, 1000, 2_147_483_647);
      case 'body currency':
        return mostly(fc.constant('EUR'), fc.constantFrom('USD', 'XXX', 'QQQ'));
      case 'body expiresInSeconds':
        return fc.constantFrom(1, 900, 900, 900, 2_592_000);
      case 'body productId':
        return fc.oneof(known('product', 'product-1'), fresh('product'), fc.constant(null), ODD_IDS);
      case 'body customerId':
        return fc.oneof(known('customer', 'customer-1'), fresh('customer'), fc.constant(null), ODD_IDS);
      case 'query customerId':
        return known('customer');
      case 'query ids':
        return known('skus');
      case 'query after':
        if (operationId === 'listMovements' || operationId === 'listWaiting') return fc.nat({ max: 5 });
        return mostly(known(own), fc.constantFrom('m', ...(operationId === 'listProducts' ? ['3:m', '0:a'] : [])));
      case 'header if-match':
        return mostly(
          known(`${own} etag`, '"1"'),
          fc.constantFrom('*', '"0"', '"999"', '"9999999999"', '"1", "2","3"'),
        );
      case 'header idempotency-key':
        return fc.oneof({ weight: 8, arbitrary: fresh('key') }, { weight: 1, arbitrary: known('key', 'first-key') });
      case 'header if-none-match':
        if (CREATING_ANEW.includes(operationId)) return fc.constant('*');
        return fc.oneof(known(`${own} etag`, '"1"'), fc.constantFrom('*', 'W/"1"', '"a", "b"', '"1", "2", "3"'));
      default:
        return null;
    }
  };
}

/** Most requests name no version: under one they would mostly be refused. */
function unconditional(headers: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { 'if-match': _match, 'if-none-match': _noneMatch, ...others } = headers;
  return others;
}

/** Plans of one call. */
export function plansOf(call: Call): fc.Arbitrary<Plan> {
  const parameters = (where: 'path' | 'query' | 'header', list: Call['path']) => {
    const means = meaning(call, where);
    const fields = list.map(({ name, schema }) => [name, means(name) ?? fromSchema(schema)] as const);
    const required = list.filter((one) => one.required || where === 'path').map(({ name }) => name);
    return fc.record(Object.fromEntries(fields), { requiredKeys: required, noNullPrototype: true });
  };
  const body = bodyOf(call);
  return fc.record({
    call: fc.constant(call),
    path: parameters('path', call.path),
    query: parameters('query', call.query),
    headers: fc
      .tuple(parameters('header', call.headers), fc.nat({ max: 6 }))
      .map(([all, nth]) => (nth === 0 ? all : unconditional(all))),
    body,
  });
}

function bodyOf(call: Call): fc.Arbitrary<unknown> {
  if (call.body === null) return fc.constant(undefined);
  const means = meaning(call, 'body');
  // Ids of one's own are new, or some that exist; the schema's odd ones are for creating.
  const some = fromSchema(call.body.schema, (name) => {
    if (name !== 'id') return means(name);
    const kind = call.operationId === 'createSku' ? 'sku' : 'order';
    return fc.oneof(
      { weight: 6, arbitrary: fresh(kind) },
      { weight: 1, arbitrary: known(kind, 'first') },
      { weight: 1, arbitrary: fromSchema(call.body?.schema.properties?.['id'] ?? {}) },
    );
  });
  return call.body.required ? some : mostly(some, fc.constant(undefined));
}

/** A plan with everything looked up. */
export function settled(plan: Plan, shop: Shop): Plan {
  const { call } = plan;
  const first = resolved(plan.path, shop, null) as Record<string, unknown>;
  const owner = String(first['id'] ?? '');
  const look = (value: unknown) => resolved(value, shop, owner);
  return {
    call,
    path: look({ ...plan.path, ...('id' in first ? { id: owner } : {}) }) as Plan['path'],
    query: look(plan.query) as Plan['query'],
    headers: look(plan.headers) as Plan['headers'],
    body: look(plan.body),
  };
}

/** The request of a settled plan, its body written by `jsonText`. */
export function requestOf({ call, path, query, headers, body }: Plan): Request {
  const segments = call.segments.map((segment) =>
    segment.startsWith('{') ? encodeURIComponent(String(path[segment.slice(1, -1)])) : segment,
  );
  const search = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  const bytes = body === undefined ? null : Buffer.from(jsonText(body));
  return {
    call,
    method: call.method,
    target: `/${segments.join('/')}${search.length === 0 ? '' : `?${search.join('&')}`}`,
    headers: [
      ...Object.entries(headers).map(([name, value]) => [name, String(value)] as const),
      ...(bytes === null ? [] : [['content-type', 'application/json'] as const]),
    ],
    body: bytes,
  };
}
