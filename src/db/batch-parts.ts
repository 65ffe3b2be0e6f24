/**
 * The parts of a batch. Each part is rows of one table that one statement writes, and the parts are written in this
 * order. The rows of a part are records of its columns. Those of a fenced part also carry the version that the row must
 * have, as `basis`.
 */
import { isoTime } from '../lib/iso-time.ts';
import { SUCCESS_KINDS } from '../shop/outcome.ts';
import { carts, idempotencyKeys, movements, orderLines, orders, products, skus } from './entities.ts';
import { namesOf, quoted } from './select-list.ts';
import type { Column, Table } from './table.ts';

/** A row as it is sent: under the names of the database, times as ISO 8601, nulls left out. */
export type BatchRecord = Readonly<Record<string, unknown>>;

export interface Part<Property extends string = string> {
  /** The columns that are sent of each row. */
  readonly columns: readonly Column<Property>[];
  readonly isFenced: boolean;
  /**
   * Makes the record of a row, which has the columns under the names of the domain. JSON leaves out what is
   * `undefined`.
   */
  readonly record: (row: Readonly<Record<Property, unknown>>, basis: number | null) => BatchRecord;
  /** The statement. `rows` is what it selects its records from, as `r`. It may name parameters of the function. */
  readonly statement: (rows: string) => string;
  /** What is wrong when it writes fewer rows than it was sent; `null` for a statement that cannot. */
  readonly refusal: string | null;
}

const OTHER_SKU = 'a SKU had another version';
const OTHER_CART = 'a cart had another version';

/** The kinds of outcomes that did something. */
const DONE = SUCCESS_KINDS.join('|');

export const PARTS = {
  new_skus: inserted(skus),
  changed_skus: updated(skus, skus.changing, OTHER_SKU),
  moved_skus: updated(skus, skus.moved, OTHER_SKU),
  movements: inserted(movements),
  new_orders: inserted(orders),
  new_lines: inserted(orderLines),
  changed_orders: updated(orders, orders.changing, 'an order had another version'),
  // Fenced by their order, which is written with them.
  changed_lines: updated(orderLines, orderLines.changing, 'an order had other lines', false),
  keys: recorded(idempotencyKeys, 'an idempotency key was recorded before'),
  new_carts: inserted(carts),
  changed_carts: updated(carts, carts.changing, OTHER_CART),
  removed_carts: removed(carts, OTHER_CART),
  new_products: inserted(products),
  changed_products: updated(products, products.changing, 'a product had another version'),
} as const;

export type PartName = keyof typeof PARTS;

/** In the order in which they are written. */
export const PART_NAMES = Object.keys(PARTS) as readonly PartName[];

/** Columns as a part sends them. */
function sending<P extends string>(
  columns: readonly Column<P>[],
  isFenced: boolean,
): Pick<Part<P>, 'columns' | 'isFenced' | 'record'> {
  return { columns, isFenced, record: recorderOf(columns, isFenced) };
}

/**
 * Compiled from the columns, as validators are compiled from schemas. A loop over the columns took half as long again,
 * on the thread that decides. A column that is left out is null: the rows are shorter, which takes a sixth less CPU on
 * both sides.
 */
function recorderOf<P extends string>(columns: readonly Column<P>[], isFenced: boolean): Part<P>['record'] {
  const fields = columns.map(({ property, name, isTime }) => {
    const value = `row[${JSON.stringify(property)}]`;
    return `${JSON.stringify(name)}: ${isTime ? `timeOf(${value})` : `${value} ?? undefined`}`;
  });
  const record = `{ ${[...fields, ...(isFenced ? ['basis'] : [])].join(', ')} }`;
  return new Function('timeOf', `return (row, basis) => (${record})`)(timeOf) as Part<P>['record'];
}

function timeOf(ms: number | null): string | undefined {
  return ms === null ? undefined : isoTime(ms);
}

export function inserted<P extends string>(table: Table<P>): Part<P> {
  const names = namesOf(table.columns);
  return {
    ...sending(table.columns, false),
    statement: (rows) => `insert into ${table.name} (${names})
    select ${names}
    from ${rows}`,
    refusal: null,
  };
}

export function updated<P extends string>(
  table: Table<P>,
  columns: readonly Column<P>[],
  refusal: string,
  isFenced = true,
): Part<P> {
  const keys = keysOf(table);
  const set = columns.map(({ name }) => `${quoted(name)} = r.${quoted(name)}`).join(', ');
  return {
    ...sending([...keys, ...columns], isFenced),
    statement: (rows) => `update ${table.name} t
    set ${set}
    from ${rows}
    where ${sameRow(keys, isFenced)}`,
    refusal,
  };
}

function removed<P extends string>(table: Table<P>, refusal: string): Part<P> {
  const keys = keysOf(table);
  return {
    ...sending(keys, true),
    statement: (rows) => `delete from ${table.name} t using ${rows}
    where ${sameRow(keys, true)}`,
    refusal,
  };
}

/** A key that is no longer kept is recorded anew. So is one under which an earlier build recorded a refusal. */
function recorded<P extends string>(table: Table<P>, refusal: string): Part<P> {
  const names = namesOf(table.columns);
  const anew = table.changing.map(({ name }) => `${quoted(name)} = excluded.${quoted(name)}`).join(', ');
  const key = namesOf(keysOf(table));
  return {
    ...sending(table.columns, false),
    statement: (rows) => `insert into ${table.name} as t (${names})
    select ${names}
    from ${rows}
    on conflict (${key}) do update set ${anew}
    where t.at <= excluded.at - p_keys_kept or t.outcome !~ '^[{]"kind":"(${DONE})"'`,
    refusal,
  };
}

function keysOf<P extends string>({ columns }: Table<P>): readonly Column<P>[] {
  return columns.filter(({ isKey }) => isKey);
}

function sameRow(keys: readonly Column[], isFenced: boolean): string {
  const equal = keys.map(({ name }) => `t.${quoted(name)} = r.${quoted(name)}`);
  return [...equal, ...(isFenced ? ['t.version = r.basis'] : [])].join(' and ');
}
