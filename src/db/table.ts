/**
 * The columns of a table, read from its entity. All SQL is made from them. They are read from the entity as it is
 * defined, before any ORM has discovered it, so SQL can be made without a database. Names and types come from
 * MikroORM's own naming strategy and types, so they are those of its schema generator. A test compares the two.
 */
import { DateTimeType, type EntityProperty, EnumType, IntegerType, Type } from '@mikro-orm/core';
import { BasePostgreSqlPlatform } from '@mikro-orm/sql';

export interface Column<Property extends string = string> {
  /** The name in the domain, such as `onHand`. */
  readonly property: Property;
  /** The name in the database, such as `on_hand`. */
  readonly name: string;
  /** The type in the database, such as `timestamptz(3)`. */
  readonly type: string;
  readonly isKey: boolean;
  readonly isNullable: boolean;
  readonly isInteger: boolean;
  /** Milliseconds since the Unix epoch in the domain. */
  readonly isTime: boolean;
}

export interface Table<Property extends string = string> {
  readonly name: string;
  readonly columns: readonly Column<Property>[];
  /** The columns that an update sets: all but the key and the fixed ones. */
  readonly changing: readonly Column<Property>[];
  /** The columns that only a movement sets. */
  readonly moved: readonly Column<Property>[];
}

/** When a column is written, besides the insert of its row. */
interface Writing<Property> {
  /** Never again. */
  readonly fixed?: readonly Property[];
  /** By every movement, which writes nothing else. A shorter row takes a sixth less CPU. */
  readonly moved?: readonly Property[];
}

/** The part of what `defineEntity` makes that is read here. */
interface Entity<Row> {
  readonly '~entity': Row;
  readonly meta: { readonly tableName: string; readonly properties: object };
}

const platform = new BasePostgreSqlPlatform();
const naming = new (platform.getNamingStrategy())();

/** The table of an entity. A column is a changing one unless `writing` says otherwise. */
export function tableOf<Row extends object>(
  { meta }: Entity<Row>,
  { fixed = [], moved = [] }: Writing<keyof Row & string> = {},
): Table<keyof Row & string> {
  const properties = Object.entries(meta.properties) as [keyof Row & string, EntityProperty][];
  const columns = properties.map(([name, property]) => columnOf(name, property));
  return {
    name: meta.tableName,
    columns,
    changing: columns.filter(({ property, isKey }) => !isKey && !fixed.includes(property)),
    moved: columns.filter(({ property }) => moved.includes(property)),
  };
}

/** The columns of a table except these, in its order. */
export function without<Property extends string>(
  { columns }: Table<Property>,
  ...properties: readonly Property[]
): readonly Column<Property>[] {
  return columns.filter(({ property }) => !properties.includes(property));
}

function columnOf<Property extends string>(property: Property, told: EntityProperty): Column<Property> {
  const type = told.enum === true ? new EnumType() : typeOf(told.type);
  return {
    property,
    name: naming.propertyToColumnName(property),
    type: type.getColumnType(told, platform),
    isKey: told.primary === true,
    isNullable: told.nullable === true,
    isInteger: type instanceof IntegerType,
    isTime: type instanceof DateTimeType,
  };
}

/** A type comes as its class, or as an instance. */
function typeOf(type: unknown): Type<unknown, unknown> {
  const made = typeof type === 'function' ? Reflect.construct(type, []) : type;
  if (made instanceof Type) return made;
  throw new Error(`no type of MikroORM: ${String(type)}`);
}
