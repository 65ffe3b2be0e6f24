/** Finds the server that another program's ORM is connected to, or would be. */
import type { Server } from './postgres.ts';

const NAMES = ['connectionString', 'host', 'port', 'user', 'password', 'database', 'ssl'] as const;

/** The part of that ORM that is read. Its MikroORM need not be of the version that this package has. */
export interface OrmOfHost {
  readonly config: {
    getDriver(): { getConnection(): { getConnectionOptions(): object } };
    get(option: 'driverOptions'): unknown;
  };
}

/** Its settings as `pg` takes them. Throws `TypeError` when it is not on a PostgreSQL server. */
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
