/** Routes that move the stock of one SKU, and its ledger. */
import { Type } from 'typebox';
import { COUNTER_MAX } from '../stock/sku.ts';
import { answerTo } from './answers.ts';
import type { App, KeeperDoor } from './door.ts';
import { Counter, Fields, KeyAndMatchHeaders, Limit, Quantity, Text } from './fields.ts';
import { integersIn, PageBody, pageOf, read } from './lists.ts';
import { ifVersion } from './preconditions.ts';
import { sendProblem } from './problems.ts';
import { changeDocs, listDocs } from './route-docs.ts';
import { MOVEMENTS_EXAMPLE, movementBody, SKU_EXAMPLE } from './sku-body.ts';
import { SkuParams } from './skus.ts';

const ReceiveBody = Fields(
  {
    quantity: Quantity('Units that came in.'),
    reason: Type.Optional(Text('Shown in the ledger.')),
    reference: Type.Optional(Text('The delivery note or purchase order, shown in the ledger.')),
  },
  { examples: [{ quantity: 50, reference: 'delivery 2026-117' }] },
);

const AdjustBody = Fields(
  {
    delta: Type.Optional(
      Type.Integer({
        minimum: -COUNTER_MAX,
        maximum: COUNTER_MAX,
        description: 'Units to add to what is on hand, or to take off.',
      }),
    ),
    onHand: Type.Optional(Counter('Units counted: what is on hand from now on.')),
    reason: Text('Why, shown in the ledger.'),
  },
  {
    oneOf: [{ required: ['delta'] }, { required: ['onHand'] }],
    'x-examples': {
      counted: { summary: 'Counted', value: { onHand: 97, reason: 'stocktake' } },
      difference: { summary: 'By a difference', value: { delta: -3, reason: 'broken in the store' } },
    },
  },
);

/** By how much, or to what. The schema saw that it is exactly one of both. */
const adjustment = ({ delta, onHand = 0 }: Type.Static<typeof AdjustBody>) =>
  delta === undefined ? { onHand } : { delta };

export function stockRoutes(app: App, keeper: KeeperDoor): void {
  app.post('/skus/:id/receive', {
    schema: {
      operationId: 'receiveStock',
      tags: ['SKUs'],
      summary: 'Receive goods',
      description: 'Adds to what is on hand. Asked twice it happens twice: send an `Idempotency-Key`.',
      headers: KeyAndMatchHeaders,
      params: SkuParams,
      body: ReceiveBody,
      response: { 200: Type.Ref('Sku#') },
    },
    config: changeDocs(
      'stock',
      {
        200: {
          description: 'The SKU after the movement.',
          example: { ...SKU_EXAMPLE, onHand: 150, available: 148, version: 3 },
          headers: ['etag', 'idempotent-replayed'],
        },
      },
      'sku_not_found',
      'sku_quarantined',
      'stale_version',
      'counter_limit',
      'idempotency_key_reused',
    ),
    handler: (request, reply) => {
      const { quantity, reason = null, reference = null } = request.body;
      const command = {
        kind: 'receive',
        skuId: request.params.id,
        quantity,
        reason,
        reference,
        ifVersion: ifVersion(request.headers),
      } as const;
      return answerTo(request, reply, keeper, command);
    },
  });

  app.post('/skus/:id/adjust', {
    schema: {
      operationId: 'adjustStock',
      tags: ['SKUs'],
      summary: 'Correct what is on hand',
      description:
        'By `delta`, or to `onHand` as counted. Downwards it must still cover what is reserved (less what may be backordered).',
      headers: KeyAndMatchHeaders,
      params: SkuParams,
      body: AdjustBody,
      response: { 200: Type.Ref('Sku#') },
    },
    config: changeDocs(
      'stock',
      {
        200: {
          description: 'The SKU after the movement.',
          example: { ...SKU_EXAMPLE, onHand: 97, available: 95, version: 3 },
          headers: ['etag', 'idempotent-replayed'],
        },
      },
      'sku_not_found',
      'sku_quarantined',
      'stale_version',
      'below_reserved',
      'counter_limit',
      'idempotency_key_reused',
    ),
    handler: (request, reply) => {
      const command = {
        kind: 'adjust',
        skuId: request.params.id,
        by: adjustment(request.body),
        reason: request.body.reason,
        ifVersion: ifVersion(request.headers),
      } as const;
      return answerTo(request, reply, keeper, command);
    },
  });

  app.get('/skus/:id/movements', {
    schema: {
      operationId: 'listMovements',
      tags: ['SKUs'],
      summary: 'Read the ledger of a SKU',
      description: 'Every movement from version 1 on, without gaps, each with the counters after it.',
      params: SkuParams,
      querystring: Fields({
        after: Type.Optional(Counter('Movements behind this version; `next` of the page before.')),
        limit: Type.Optional(Limit),
      }),
      response: { 200: PageBody('Movement') },
    },
    config: listDocs('reader', 'A page of the ledger.', { items: MOVEMENTS_EXAMPLE, next: null }, 'sku_not_found'),
    preValidation: integersIn('after', 'limit'),
    handler: async (request, reply) => {
      const { id: skuId } = request.params;
      const page = await read(request, keeper.lists.movements(skuId, pageOf(request.query)));
      if (page === null) return sendProblem(reply, { kind: 'sku_not_found', skuId });
      return { items: page.items.map(movementBody), next: page.next };
    },
  });
}
