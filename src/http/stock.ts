/** Routes that move the stock of one SKU, and its ledger. */
import { Type } from 'typebox';
import { Counter, Fields, KeyedWriteHeaders, Limit } from '../api/fields.ts';
import { PageBody, pageOf, read } from '../api/pages.ts';
import { MOVEMENTS_EXAMPLE, movementBody, SKU_EXAMPLE } from '../api/skus/body.ts';
import { SkuParams } from '../api/skus/requests.ts';
import {
  AdjustBody,
  adjustStock,
  NOT_ADJUSTED,
  NOT_RECEIVED,
  ReceiveBody,
  receiveStock,
} from '../api/skus/stock-requests.ts';
import type { KeeperDoor } from '../keeper/keeper.ts';
import { answerTo } from './answers.ts';
import type { App } from './door.ts';
import { integersIn } from './integers-in.ts';
import { changeDocs, listDocs } from './route-docs.ts';
import { sendProblem } from './send-problem.ts';

export function stockRoutes(app: App, keeper: KeeperDoor): void {
  app.post('/skus/:id/receive', {
    schema: {
      operationId: 'receiveStock',
      tags: ['SKUs'],
      summary: 'Receive goods',
      description: 'Adds to what is on hand. Asked twice it happens twice: send an `Idempotency-Key`.',
      headers: KeyedWriteHeaders,
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
          headers: ['idempotent-replayed'],
        },
      },
      ...NOT_RECEIVED,
    ),
    handler: (request, reply) => answerTo(request, reply, keeper, receiveStock(request.params.id, request.body)),
  });

  app.post('/skus/:id/adjust', {
    schema: {
      operationId: 'adjustStock',
      tags: ['SKUs'],
      summary: 'Correct what is on hand',
      description:
        'By `delta`, or to `onHand` as counted. Downwards it must still cover what is reserved (less what may be backordered).',
      headers: KeyedWriteHeaders,
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
          headers: ['idempotent-replayed'],
        },
      },
      ...NOT_ADJUSTED,
    ),
    handler: (request, reply) => answerTo(request, reply, keeper, adjustStock(request.params.id, request.body)),
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
