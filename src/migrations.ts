/**
 * The migrations, for a MikroORM of yours that runs them, or as SQL for whoever runs them by hand. The last of them
 * makes the function that this version commits by, and has another name in a version that commits otherwise: run them
 * with each new version. Importing this does nothing.
 *
 * A MikroORM is for these alone, not for your own beside them, and has its sessions in the schema that the tables are
 * to be in: `schema: 'stock_keeper', driverOptions: { options: '-c search_path=stock_keeper' }, migrations: {
 * migrationsList: migrations, snapshot: false }`.
 */
import './lib/need-node.js';

export { type KeeperMigration, migrations } from './db/for-hosts.ts';
export { type MigrationSqlOptions, migrationSql } from './db/migration-sql.ts';
