/** Which server an ORM of somebody else is connected to, or would be. */
import type { Server } from './postgres.ts';

const NAMES = ['connectionString', 'host', 'port', 'user', 'password', 'database', 'ssl'] as const;

/** What is read of it, so that its MikroORM need not be of the version that this package has. */
export interface OrmOfHost {
  readonly config: {
    getDriver(): { getConnection(): { getConnectionOptions(): object } };
    get(option: 'driverOptions'): unknown;
  };
}

/** Its settings as they are given to `pg`. Throws `TypeError` when it is not on a PostgreSQL server. */
export function serverOf(orm: OrmOfHost): Server {
  const driver = orm?.config?.getDriver?.();
  if (driver?.constructor.name !== 'PostgreSqlDriver') {
    throw new TypeError(
      'database.orm must be a MikroORM of @mikro-orm/postgresql; for the embedded database, give { dataDir }.',
    );
  }
  const all: Readonly<Record<string, unknown>> = {
    ...driver.getConnection().getConnectionOptions(),
    ...(orm.config.get('driverOptions') as object | undefined),
  };
  return Object.fromEntries(NAMES.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
}
