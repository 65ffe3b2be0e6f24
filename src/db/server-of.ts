/** Which server an ORM of somebody else is connected to, or would be. */
import type { SqlOrm } from './database.ts';
import type { Server } from './postgres.ts';

const NAMES = ['connectionString', 'host', 'port', 'user', 'password', 'database', 'ssl'] as const;

/** Its settings as they are given to `pg`. Throws `TypeError` when it is not on a PostgreSQL server. */
export function serverOf(orm: SqlOrm): Server {
  const driver = orm?.config?.getDriver?.();
  if (driver?.constructor.name !== 'PostgreSqlDriver') {
    throw new TypeError(
      'database.orm must be a MikroORM of @mikro-orm/postgresql; for the embedded database, give { dataDir }.',
    );
  }
  const all: Readonly<Record<string, unknown>> = {
    ...driver.getConnection().getConnectionOptions(),
    ...orm.config.get('driverOptions'),
  };
  return Object.fromEntries(NAMES.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
}
