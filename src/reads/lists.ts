/**
 * The lists that routes answer with. They are read from the database, where only durable rows can be seen.
 *
 * Keyset pages: each statement begins after the cursor in an index and reads one row more than the page, to know
 * whether another page follows. Each list is one statement, so what it shows is of one moment; only an empty ledger
 * asks a second time.
 */
import type { Database } from '../db/database.ts';
import { within } from '../db/deadline.ts';
import { movements, orders, skus } from '../db/entities.ts';
import { ORDER_LINES, selectList } from '../db/select-list.ts';
import type { Lists, Page, PageRequest, ProductSold } from '../journal/record.ts';
import { SharedReads } from '../lib/shared-reads.ts';
import { Turnstile, type TurnstileLimits } from '../lib/turnstile.ts';
import type { Order } from '../shop/orders/order.ts';
import type { Movement, Sku } from '../shop/skus/sku.ts';

/** Columns come under the names of the domain, so that nothing is mapped twice. */
const SKU = selectList(skus.columns, 's');

const ORDER = `${selectList(orders.columns, 'o')}, ${ORDER_LINES}::text as lines`;

/** Joined from the ids asked for, so that a table without statistics is not scanned. */
const SKUS_BY_ID = `select ${SKU} from (select distinct value as id from json_array_elements_text($1::json)) w
  join skus s on s.id = w.id`;

const SKUS = `select ${SKU} from skus s where s.id > $1 order by s.id limit $2`;

const MOVEMENTS = `select ${selectList(movements.columns)} from movements
  where sku_id = $1 and version > $2::bigint order by version limit $3`;

/** What the SKUs of a product add up to, summed anew each time. */
const soldOf = (id: string) =>
  `(select count(*)::int as skus, coalesce(sum(sales), 0)::float8 as sales from skus where product_id = ${id}) t`;

const PRODUCT_SOLD = `p.name, p.description, coalesce(p.version, 0) as version, t.sales, t.skus as "skuCount"`;

/** At least one row while the product exists. After the last page, the only row has a null SKU. */
const PRODUCT = `select ${PRODUCT_SOLD}, row_to_json(s)::text as sku
  from ${soldOf('$1')}
  left join products p on p.id = $1
  left join (select ${SKU} from skus s where s.product_id = $1 and s.id > $2 order by s.id limit $3) s on true
  where t.skus > 0 or p.id is not null order by s.id`;

/**
 * Two sources of ids, each read up to as many as the page may need: the ids that SKUs name, at one index lookup each,
 * and the ids that were put.
 */
const PRODUCTS = `with recursive named as (
    (select product_id as id, 1 as nth from skus where product_id > $1 order by product_id limit 1)
    union all
    select (select s.product_id from skus s where s.product_id > n.id order by s.product_id limit 1), n.nth + 1
    from named n where n.id is not null and n.nth < $2
  ), page as (
    (select id from named where id is not null) union (select id from products where id > $1 order by id limit $2)
    order by id limit $2
  )
  select w.id, ${PRODUCT_SOLD}
  from page w left join lateral (select * from products where id = w.id limit 1) p on true
    cross join lateral ${soldOf('w.id')}
  order by w.id`;

/**
 * One pass over the SKUs, because only they hold the sales. An index on sales would be written by every reservation.
 */
const BEST_SELLERS = `with sold as (
    select product_id as id, count(*)::int as skus, sum(sales)::float8 as sales
    from skus where product_id is not null group by product_id
  ), ranked as (
    select * from sold
    union all
    select p.id, 0, 0 from products p where not exists (select 1 from sold where sold.id = p.id)
  ), page as (
    select * from ranked where $1::float8 is null or sales < $1::float8 or (sales = $1::float8 and id > $2)
    order by sales desc, id limit $3
  )
  select t.id, ${PRODUCT_SOLD}
  from page t left join lateral (select * from products where id = t.id limit 1) p on true
  order by t.sales desc, t.id`;

/**
 * Lists share the pool of ten connections with the commits, and a thousand lists at once would make each commit wait
 * for its turn. So they go a few at a time, and leave connections free.
 */
export const LIST_LIMITS: TurnstileLimits = { atOnceMax: 4, waitingMax: 500, waitMs: 5000 };

/**
 * The lists on a database, each answered within the deadline once it has its turn. They reject with `TurnedAway`, or
 * with the database's error.
 */
export function createLists(
  connected: Pick<Database, 'query' | 'sever'>,
  deadlineMs: number,
  turnstile = new Turnstile(LIST_LIMITS),
): Lists {
  const database: Pick<Database, 'query'> = {
    query: (sql, params) => turnstile.pass(() => within(connected, deadlineMs, () => connected.query(sql, params))),
  };
  // 0.8 ms for each thousand SKUs, so a page that the shop shows to everyone is read once for all of them.
  const bestSellers = new SharedReads<Awaited<ReturnType<Lists['bestSellers']>>>(LIST_LIMITS);
  return {
    skusById: (ids) => database.query<Sku>(SKUS_BY_ID, [JSON.stringify(ids)]),

    async skus(page) {
      return paged(await database.query<Sku>(SKUS, [page.after ?? '', page.limit + 1]), page, byId);
    },

    async movements(skuId, page) {
      const rows = await database.query<Movement>(MOVEMENTS, [skuId, Number(page.after ?? 0), page.limit + 1]);
      if (rows.length === 0 && !(await exists(database, skuId))) return null;
      return paged(rows, page, (movement) => String(movement.version));
    },

    async product(id, page) {
      type Row = Omit<ProductSold, 'id'> & { readonly sku: string | null };
      const rows = await database.query<Row>(PRODUCT, [id, page.after ?? '', page.limit + 1]);
      const [first] = rows;
      if (first === undefined) return null;
      const { sku: _, ...sold } = first;
      const skus = rows.flatMap(({ sku }) => (sku === null ? [] : (JSON.parse(sku) as Sku)));
      return { id, ...sold, skus: paged(skus, page, byId) };
    },

    async products(page) {
      return paged(await database.query<ProductSold>(PRODUCTS, [page.after ?? '', page.limit + 1]), page, byId);
    },

    bestSellers: (after, limit) =>
      bestSellers.read(JSON.stringify([after, limit]), async () => {
        const rows = await database.query<ProductSold>(BEST_SELLERS, [
          after?.sales ?? null,
          after?.id ?? '',
          limit + 1,
        ]);
        const items = rows.slice(0, limit);
        const last = items.at(-1);
        return { items, next: rows.length > limit && last !== undefined ? { sales: last.sales, id: last.id } : null };
      }),

    async orders(filter, page) {
      const { where, params } = orderFilter(filter, page);
      const rows = await database.query<Omit<Order, 'lines'> & { readonly lines: string }>(
        `select ${ORDER} from (select * from orders where ${where} order by id limit $1) o order by o.id`,
        params,
      );
      const orders = rows.map((row): Order => ({ ...row, lines: JSON.parse(row.lines) as Order['lines'] }));
      return paged(orders, page, byId);
    },
  };
}

/** Only the conditions that are asked for. One statement for all cases would be planned well for none of them. */
function orderFilter(filter: Parameters<Lists['orders']>[0], page: PageRequest) {
  const params: (string | number)[] = [page.limit + 1, page.after ?? ''];
  const conditions = ['id > $2'];
  for (const [column, value] of [
    ['status', filter.status],
    ['customer_id', filter.customerId],
  ] as const) {
    if (value !== null) conditions.push(`${column} = $${params.push(value)}`);
  }
  return { where: conditions.join(' and '), params };
}

async function exists(database: Pick<Database, 'query'>, skuId: string): Promise<boolean> {
  return (await database.query('select 1 from skus where id = $1', [skuId])).length > 0;
}

const byId = (row: { readonly id: string }): string => row.id;

/** Cuts off the row that was read only to know that it exists. */
function paged<T>(rows: readonly T[], page: PageRequest, cursorOf: (row: T) => string): Page<T> {
  const items = rows.slice(0, page.limit);
  const last = items.at(-1);
  return { items, next: rows.length > page.limit && last !== undefined ? cursorOf(last) : null };
}
