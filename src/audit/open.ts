/** Opens a database for reading as it is: never creates and never migrates it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../db/database.ts';
import { FolderHeld } from '../db/folder-lock.ts';
import { schemaAge } from '../db/migrate.ts';
import { connectDatabase, type DatabaseSettings } from '../db/open.ts';

/** The database cannot be looked into. The message tells the operator why, and how to proceed. */
export class CannotVerify extends Error {
  override readonly name = 'CannotVerify';
}

/**
 * Rejects with `CannotVerify` when there is no database, when it is in use, or when its schema is of another build;
 * with the driver's error otherwise.
 */
export async function openAsIs(settings: DatabaseSettings): Promise<Database> {
  // Opening a folder would make it.
  if ('dataDir' in settings && !existsSync(join(settings.dataDir, 'pglite', 'PG_VERSION'))) {
    throw new CannotVerify(
      `there is no database in ${settings.dataDir}: set DATA_DIR or DATABASE_URL as they are set for the service`,
    );
  }
  const database = await connectDatabase(settings).catch((error: unknown) => {
    if (!(error instanceof FolderHeld)) throw error;
    throw new CannotVerify(
      `${error.message}. The embedded database has room for one process: stop that one, verify, and start it again`,
      { cause: error },
    );
  });
  try {
    const age = await schemaAge(database);
    if (age !== 'current') throw new CannotVerify(OTHER_SCHEMA[age]);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

const OTHER_SCHEMA = {
  none:
    'the database has no tables of Stock Keeper: set DATABASE_URL or DATA_DIR as they are set for the service, ' +
    'which makes them when it starts',
  older:
    'the schema is older than this build, and verifying changes nothing: start this Stock Keeper once, ' +
    'which migrates it, or verify with the build that the service runs',
  newer: 'the schema is newer than this build: verify with the build that the service runs',
} as const;
