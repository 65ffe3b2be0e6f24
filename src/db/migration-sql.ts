/**
 * The migrations as SQL, for people who run them by hand: after a review, or with a role that the keeper does not have.
 */
import type { Migration } from '@mikro-orm/migrations';
import { COMMIT_FUNCTION } from './commit-batch.ts';
import { CREATE_LIST, migrationsList } from './migrate.ts';

/** Which of the migrations, and for which schema. */
export interface MigrationSqlOptions {
  /** The PostgreSQL schema to make and to fill; without it, the schema of the session. */
  readonly schema?: string;
  /** The last migration that the database has, such as `002_epochs`; without it, none. The function is made anyway. */
  readonly after?: string;
}

/**
 * SQL that brings a database up to this build in one transaction, as `migrations: 'run'` does. It records what it did,
 * so that `migrations: 'check'` passes. Throws `TypeError` for a migration or a schema that cannot be.
 */
export function migrationSql({ schema, after }: MigrationSqlOptions = {}): string {
  const begins = after === undefined ? 0 : migrationsList.findIndex(({ name }) => name === after) + 1;
  if (after !== undefined && begins === 0) {
    throw new TypeError(
      `after must be one of ${migrationsList.map(({ name }) => name).join(', ')}, got ${JSON.stringify(after)}`,
    );
  }
  const statements = migrationsList
    .slice(begins)
    .flatMap(({ name, class: migration }) => [
      `-- ${name}`,
      ...statementsOf(migration),
      `insert into mikro_orm_migrations (name) values ('${name}')`,
    ]);
  const place = schema === undefined ? [] : placeIn(checkedSchema(schema));
  const all = [
    'begin',
    ...place,
    CREATE_LIST,
    ...statements,
    `-- ${COMMIT_FUNCTION.name}`,
    COMMIT_FUNCTION.sql,
    'commit',
  ];
  return all.map((statement) => (statement.startsWith('--') ? statement : `${statement};`)).join('\n');
}

const placeIn = (schema: string) => [`create schema if not exists "${schema}"`, `set local search_path to "${schema}"`];

/** Our migrations say what they do without asking the database. */
function statementsOf(migration: new (...driver: ConstructorParameters<typeof Migration>) => Migration): string[] {
  const made = Reflect.construct(migration, []) as Migration;
  void made.up();
  return made.getQueries().map(String);
}

/** A name that needs no quotes. Throws `TypeError` for any other name. */
export function checkedSchema(schema: string): string {
  if (typeof schema === 'string' && /^(?!pg_|information_schema$)[a-z_][a-z0-9_]{0,62}$/.test(schema)) return schema;
  throw new TypeError(
    `schema must be 1 to 63 of a to z, 0 to 9 and _, not beginning with a digit or pg_, got ${JSON.stringify(schema)}`,
  );
}
