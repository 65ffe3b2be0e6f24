/** Columns as they are read: under the names of the domain and with its times, so that nothing is mapped twice. */
import { orderLines } from './entities.ts';
import { type Column, without } from './table.ts';

/** Quoted for SQL, because a name may be a word of the language. */
export function quoted(name: string): string {
  return `"${name}"`;
}

/** The names of columns, qualified with the table's `alias` if one is given. */
export function namesOf(columns: readonly Column[], alias?: string): string {
  return columns.map(({ name }) => nameIn(alias, name)).join(', ');
}

/** `s."id", s."product_id" as "productId", …` */
export function selectList(columns: readonly Column[], alias?: string): string {
  return columns.map((column) => `${readValue(column, alias)} as ${quoted(column.property)}`).join(', ');
}

/** `'id', s."id", 'productId', s."product_id", …`: arguments of `json_build_object`, which takes a hundred. */
export function objectList(columns: readonly Column[], alias: string): string {
  return columns.map((column) => `'${column.property}', ${readValue(column, alias)}`).join(', ');
}

function readValue({ name, isTime }: Column, alias: string | undefined): string {
  const value = nameIn(alias, name);
  return isTime ? `(extract(epoch from ${value}) * 1000)::float8` : value;
}

function nameIn(alias: string | undefined, name: string): string {
  return alias === undefined ? quoted(name) : `${alias}.${quoted(name)}`;
}

/** The columns of a line that the order around it does not say. */
const LINE = without(orderLines, 'orderId', 'position');

/** The lines of the order `o` as JSON, in the order of the request. */
export const ORDER_LINES = `(select
    coalesce(json_agg(json_build_object(${objectList(LINE, 'l')}) order by l.position), '[]')
    from order_lines l where l.order_id = o.id)`;
