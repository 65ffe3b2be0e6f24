/** The migrations, for a MikroORM of yours that runs them, or as SQL for whoever runs them by hand. Importing it does nothing. */
export { migrationsList as migrations } from './db/migrate.ts';
export { type MigrationSqlOptions, migrationSql } from './db/migration-sql.ts';
