/**
 * The migrations, for a MikroORM of yours that runs them, or as SQL that a person runs by hand. The last one makes the
 * function that this version commits with. A version that commits otherwise gives its function another name, so run the
 * migrations with each new version. Importing this does nothing.
 *
 * Use a MikroORM for these alone, not for your own migrations as well. Its sessions must use the schema that gets the
 * tables: `schema: 'stock_keeper', driverOptions: { options: '-c search_path=stock_keeper' }, migrations: {
 * migrationsList: migrations, snapshot: false }`.
 */
import './lib/need-node.js';

export { type KeeperMigration, migrations } from './db/for-hosts.ts';
export { type MigrationSqlOptions, migrationSql } from './db/migration-sql.ts';
