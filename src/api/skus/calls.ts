/** The calls of SKUs. */
import { Type } from 'typebox';
import { asked } from '../asked.ts';
import { command, list } from '../call.ts';
import { Fields, Id, LIMIT_MAX, Limit, NumberCursor } from '../fields.ts';
import { PageBody, pageOf } from '../pages.ts';
import { DoorFault } from '../problems/problems.ts';
import { AvailabilityBody, readAvailability, SkuIdsBody } from './availability.ts';
import { MOVEMENTS_EXAMPLE, movementBody, SKU_EXAMPLE, skuBody } from './body.ts';
import { CHANGES_EXAMPLE } from './policy.ts';
import { ChangesBody, createSku, idsOf, NewSkuBody, SkuParams } from './requests.ts';
import { AdjustBody, adjustStock, ReceiveBody, receiveStock } from './stock-requests.ts';

const ListQuery = Fields({
  ids: Type.Optional(
    Type.String({
      description:
        `Up to ${LIMIT_MAX} ids, separated by commas (\`MUG-RED,MUG-BLUE\`): these SKUs, in this order, ` +
        'all in one answer. Ids that do not exist are left out. An id that itself contains a comma is ' +
        'read at `/skus/{id}`.',
    }),
  ),
  after: Type.Optional(Id('`next` of the page before.')),
  limit: Type.Optional(Limit),
});

export const SKU_CALLS = {
  /**
   * Creates a SKU with its opening stock, if any. By default its currency is EUR, its counters are 0 and it has no
   * limits.
   */
  createSku: command({
    method: 'POST',
    path: '/skus',
    tag: 'SKUs',
    role: 'stock',
    summary: 'Create a SKU',
    description: 'With its opening stock, if any. The id is chosen by the client.',
    takes: 'create',
    body: NewSkuBody,
    response: { 201: Type.Ref('Sku#') },
    answers: {
      201: {
        description: 'Created.',
        example: {
          ...SKU_EXAMPLE,
          reserved: 0,
          available: 100,
          sales: 0,
          version: 1,
          updatedAt: SKU_EXAMPLE.createdAt,
        },
        headers: ['location', 'idempotent-replayed'],
      },
    },
    success: ['sku_created'],
    refusals: ['stale_version', 'sku_exists', 'sku_quarantined', 'idempotency_key_reused'],
    ask: createSku,
  }),

  /** Reads a SKU. The answer is never older than an answer given before, and never shows what a crash could undo. */
  readSku: command({
    method: 'GET',
    path: '/skus/:id',
    tag: 'SKUs',
    role: 'reader',
    summary: 'Read a SKU',
    description:
      'Never older than an acknowledged write. `If-None-Match` with the `ETag` is answered 304 while nothing changed.',
    takes: 'read',
    params: SkuParams,
    response: { 200: Type.Ref('Sku#'), 304: Type.Null() },
    answers: {
      200: { description: 'The SKU.', example: SKU_EXAMPLE },
      304: { description: 'The SKU is still at the version of `If-None-Match`.' },
    },
    success: ['sku'],
    refusals: ['sku_not_found', 'sku_quarantined'],
    ask: ({ id }) => asked({ kind: 'read_sku', skuId: id }),
  }),

  /**
   * Lists SKUs by id, page by page. With `ids` it lists these SKUs in this order and leaves out those that do not
   * exist.
   */
  listSkus: list({
    method: 'GET',
    path: '/skus',
    tag: 'SKUs',
    role: 'reader',
    summary: 'List SKUs',
    description: 'All of them by id, page by page, or those named in `ids`.',
    query: ListQuery,
    response: { 200: PageBody('Sku') },
    answers: { 200: { description: 'A page of SKUs.', example: { items: [SKU_EXAMPLE], next: null } } },
    success: 'page',
    refusals: [],
    read: async (lists, query) => {
      const { ids, after, limit } = query;
      if (ids === undefined) return lists.skus(pageOf(query));
      if (after !== undefined || limit !== undefined) {
        throw new DoorFault('invalid_request', 'Query parameter ids goes without after and limit: leave them out.');
      }
      const asked = idsOf(ids.split(','));
      const found = new Map((await lists.skusById(asked)).map((sku) => [sku.id, sku]));
      return { items: asked.flatMap((id) => found.get(id) ?? []), next: null };
    },
    show: ({ items, next }) => ({ page: { items: items.map(skuBody), next } }),
  }),

  /** Changes the name, price, product or policy of a SKU. What is left out stays as it is. */
  changeSku: command({
    method: 'PATCH',
    path: '/skus/:id',
    tag: 'SKUs',
    role: 'stock',
    summary: 'Change name, price, product or policy',
    description:
      'Fields left out stay as they are. What changed is a movement, so the version moves; a repeat changes nothing.',
    takes: 'write',
    params: SkuParams,
    body: ChangesBody,
    response: { 200: Type.Ref('Sku#') },
    answers: {
      200: {
        description: 'The SKU after the change.',
        example: { ...SKU_EXAMPLE, ...CHANGES_EXAMPLE, available: 93, version: 3 },
      },
    },
    success: ['sku'],
    refusals: ['sku_not_found', 'sku_quarantined'],
    ask: ({ id, ...changes }) => asked({ kind: 'change_sku', skuId: id, changes }),
  }),

  /** Adds goods to what is on hand. Asking twice adds them twice: give an `idempotencyKey`. */
  receiveStock: command({
    method: 'POST',
    path: '/skus/:id/receive',
    tag: 'SKUs',
    role: 'stock',
    summary: 'Receive goods',
    description: 'Adds to what is on hand. Asked twice it happens twice: send an `Idempotency-Key`.',
    takes: 'keyed_write',
    params: SkuParams,
    body: ReceiveBody,
    response: { 200: Type.Ref('Sku#') },
    answers: {
      200: {
        description: 'The SKU after the movement.',
        example: { ...SKU_EXAMPLE, onHand: 150, available: 148, version: 3 },
        headers: ['idempotent-replayed'],
      },
    },
    success: ['sku'],
    refusals: ['sku_not_found', 'sku_quarantined', 'counter_limit', 'idempotency_key_reused'],
    ask: ({ id, ...body }) => receiveStock(id, body),
  }),

  /**
   * Corrects what is on hand, by `delta` or to the counted `onHand`. Asking twice with a `delta` corrects twice: give
   * an `idempotencyKey`.
   */
  adjustStock: command({
    method: 'POST',
    path: '/skus/:id/adjust',
    tag: 'SKUs',
    role: 'stock',
    summary: 'Correct what is on hand',
    description:
      'By `delta`, or to `onHand` as counted. Downwards it must still cover what is reserved (less what may be ' +
      'backordered).',
    takes: 'keyed_write',
    params: SkuParams,
    body: AdjustBody,
    response: { 200: Type.Ref('Sku#') },
    answers: {
      200: {
        description: 'The SKU after the movement.',
        example: { ...SKU_EXAMPLE, onHand: 97, available: 95, version: 3 },
        headers: ['idempotent-replayed'],
      },
    },
    success: ['sku'],
    refusals: ['sku_not_found', 'sku_quarantined', 'below_reserved', 'counter_limit', 'idempotency_key_reused'],
    ask: ({ id, ...body }) => adjustStock(id, body),
  }),

  /** Reads the ledger of a SKU from version 1 on, without gaps, page by page. */
  listMovements: list({
    method: 'GET',
    path: '/skus/:id/movements',
    tag: 'SKUs',
    role: 'reader',
    summary: 'Read the ledger of a SKU',
    description: 'Every movement from version 1 on, without gaps, each with the counters after it.',
    params: SkuParams,
    query: Fields({
      after: Type.Optional(NumberCursor('Movements behind this version; `next` of the page before.')),
      limit: Type.Optional(Limit),
    }),
    response: { 200: PageBody('Movement') },
    answers: { 200: { description: 'A page of the ledger.', example: { items: MOVEMENTS_EXAMPLE, next: null } } },
    success: 'page',
    refusals: ['sku_not_found'],
    read: (lists, { id, ...query }) => lists.movements(id, pageOf(query)),
    show: (page, { id: skuId }) =>
      page === null
        ? { refusal: { kind: 'sku_not_found', skuId } }
        : { page: { items: page.items.map(movementBody), next: page.next } },
  }),

  /** Reads what may be reserved of 1 to 1000 SKUs, all at one moment. */
  readAvailability: command({
    method: 'POST',
    path: '/availability',
    tag: 'SKUs',
    role: 'reader',
    summary: 'Read the availability of several SKUs',
    description:
      'All of one moment, never older than an acknowledged write: an order over several of them is in all of these ' +
      'numbers or in none. It changes nothing, so it is safe to repeat, and an `Idempotency-Key` is not looked at. ' +
      'When one of them is quarantined, leave it out.',
    body: SkuIdsBody,
    response: { 200: AvailabilityBody },
    answers: {
      200: {
        description: 'The units that may be reserved, each with the version of its SKU.',
        example: {
          items: [
            { skuId: 'MUG-RED', available: 98, version: 2 },
            { skuId: 'MUG-BLUE', available: 12, version: 41 },
          ],
          unknown: ['MUG-GREEN'],
          at: '2026-11-20T09:12:30.250Z',
        },
      },
    },
    success: ['availability'],
    refusals: ['sku_quarantined'],
    ask: (body) => asked(readAvailability(body)),
  }),
};
