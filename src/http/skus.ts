/** Routes of SKUs: create, read, list, change. */
import { Type } from 'typebox';
import { CreateHeaders, Fields, Id, LIMIT_MAX, Limit, ReadHeaders, WriteHeaders } from '../api/fields.ts';
import { PageBody, pageOf, read } from '../api/pages.ts';
import { DoorFault } from '../api/problems/problems.ts';
import { SKU_EXAMPLE, skuBody } from '../api/skus/body.ts';
import {
  ChangesBody,
  createSku,
  idsOf,
  NewSkuBody,
  NOT_CHANGED,
  NOT_CREATED,
  NOT_READ,
  SkuParams,
} from '../api/skus/requests.ts';
import type { KeeperDoor } from '../keeper/keeper.ts';
import { answerTo, readTo, tellTo } from './answers.ts';
import type { App } from './door.ts';
import { integersIn } from './integers-in.ts';
import { changeDocs, listDocs, readDocs } from './route-docs.ts';

const ListQuery = Fields({
  ids: Type.Optional(
    Type.String({
      description: `Up to ${LIMIT_MAX} ids, separated by commas (\`MUG-RED,MUG-BLUE\`): these SKUs, in this order, all in one answer. Ids that do not exist are left out. An id that itself contains a comma is read at \`/skus/{id}\`.`,
    }),
  ),
  after: Type.Optional(Id('`next` of the page before.')),
  limit: Type.Optional(Limit),
});

export function skuRoutes(app: App, keeper: KeeperDoor): void {
  app.post('/skus', {
    schema: {
      operationId: 'createSku',
      tags: ['SKUs'],
      summary: 'Create a SKU',
      description: 'With its opening stock, if any. The id is chosen by the client.',
      headers: CreateHeaders,
      body: NewSkuBody,
      response: { 201: Type.Ref('Sku#') },
    },
    config: changeDocs(
      'stock',
      {
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
      'stale_version',
      ...NOT_CREATED,
    ),
    handler: (request, reply) => answerTo(request, reply, keeper, createSku(request.body)),
  });

  app.get('/skus/:id', {
    schema: {
      operationId: 'readSku',
      tags: ['SKUs'],
      summary: 'Read a SKU',
      description:
        'Never older than an acknowledged write. `If-None-Match` with the `ETag` is answered 304 while nothing changed.',
      headers: ReadHeaders,
      params: SkuParams,
      response: { 200: Type.Ref('Sku#'), 304: Type.Null() },
    },
    config: readDocs(
      'reader',
      {
        200: { description: 'The SKU.', example: SKU_EXAMPLE },
        304: { description: 'The SKU is still at the version of `If-None-Match`.' },
      },
      ...NOT_READ,
    ),
    handler: (request, reply) => readTo(request, reply, keeper, { kind: 'read_sku', skuId: request.params.id }),
  });

  app.get('/skus', {
    schema: {
      operationId: 'listSkus',
      tags: ['SKUs'],
      summary: 'List SKUs',
      description: 'All of them by id, page by page, or those named in `ids`.',
      querystring: ListQuery,
      response: { 200: PageBody('Sku') },
    },
    config: listDocs('reader', 'A page of SKUs.', { items: [SKU_EXAMPLE], next: null }),
    preValidation: integersIn('limit'),
    handler: async (request) => {
      const { ids, after, limit } = request.query;
      if (ids === undefined) {
        const { items, next } = await read(request, keeper.lists.skus(pageOf(request.query)));
        return { items: items.map(skuBody), next };
      }
      if (after !== undefined || limit !== undefined) {
        throw new DoorFault('invalid_request', 'Query parameter ids goes without after and limit: leave them out.');
      }
      const asked = idsOf(ids.split(','));
      const found = new Map((await read(request, keeper.lists.skusById(asked))).map((sku) => [sku.id, sku]));
      const items = asked.flatMap((id) => found.get(id) ?? []);
      return { items: items.map(skuBody), next: null };
    },
  });

  app.patch('/skus/:id', {
    schema: {
      operationId: 'changeSku',
      tags: ['SKUs'],
      summary: 'Change name, price, product or policy',
      description:
        'Fields left out stay as they are. What changed is a movement, so the version moves; a repeat changes nothing.',
      headers: WriteHeaders,
      params: SkuParams,
      body: ChangesBody,
      response: { 200: Type.Ref('Sku#') },
    },
    config: changeDocs(
      'stock',
      {
        200: {
          description: 'The SKU after the change.',
          example: { ...SKU_EXAMPLE, price: 1390, safetyStock: 5, available: 93, version: 3 },
        },
      },
      ...NOT_CHANGED,
    ),
    handler: (request, reply) => {
      const { id: skuId } = request.params;
      return tellTo(request, reply, keeper, { kind: 'change_sku', skuId, changes: request.body });
    },
  });
}
