/** What requests say about products. A product exists once it was put, or while a SKU names it. */
import { type Static, Type } from 'typebox';
import type { Lists, ProductSold } from '../../journal/record.ts';
import { Fields, ID_LENGTH_MAX, Id, isId, Limit, NewId, NullableLongText, Text } from '../fields.ts';
import { pageOf } from '../pages.ts';
import { DoorFault } from '../problems/problems.ts';
import { rankOf, rankText } from './body.ts';

const ID_SAID = 'Id of the product: the `productId` of its SKUs.';

export const ProductParams = Fields({ id: Id(ID_SAID) });
/** Parameters of a call that may put the product for the first time. */
export const NewProductParams = Fields({ id: NewId(ID_SAID) });

const TEXTS = { name: 'Mug', description: 'Stoneware, 300 ml, fit for the dishwasher.' };
export const TEXTS_EXAMPLE = { id: 'MUG', ...TEXTS, version: 1 };

export const NewProductBody = Fields(
  {
    name: Text('What a person calls it.'),
    description: Type.Optional(NullableLongText('What a person reads of it; absent or `null` is none.')),
  },
  { examples: [TEXTS] },
);

/** The longest that `number:id` or `id` can be. */
const CURSOR_LENGTH_MAX = ID_LENGTH_MAX + 16;

export const ProductsQuery = Fields({
  sort: Type.Optional(
    Type.Enum(['id', 'sales'], {
      default: 'id',
      description:
        '`sales`: the best selling first, then by id. It reads all SKUs, so it takes the longer the more there are.',
    }),
  ),
  after: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: CURSOR_LENGTH_MAX,
      description: '`next` of the page before, of the same `sort`.',
    }),
  ),
  limit: Type.Optional(Limit),
});

export interface ProductsPage {
  readonly items: readonly ProductSold[];
  readonly next: string | null;
}

function productsById(lists: Lists, query: Static<typeof ProductsQuery>): Promise<ProductsPage> {
  const page = pageOf(query);
  if (page.after !== null && !isId(page.after)) throw wrongCursor();
  return lists.products(page);
}

function bestSellers(lists: Lists, query: Static<typeof ProductsQuery>): Promise<ProductsPage> {
  const { after, limit } = pageOf(query);
  const rank = after === null ? null : rankOf(after);
  if (after !== null && rank === null) throw wrongCursor();
  return lists.bestSellers(rank, limit).then(({ items, next }) => ({ items, next: next && rankText(next) }));
}

/** A page of products in the order that the query asks for. Throws `DoorFault` for a text that is not a cursor. */
export const productsPage = (lists: Lists, query: Static<typeof ProductsQuery>): Promise<ProductsPage> =>
  (query.sort === 'sales' ? bestSellers : productsById)(lists, query);

const wrongCursor = () =>
  new DoorFault('invalid_request', 'Query parameter after must be `next` of the page before, of the same sort.');
