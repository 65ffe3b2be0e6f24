/** A PostgreSQL database without a schema, for the tests of what makes the schema. Only in a `.db.spec.ts` or an `.e2e.spec.ts`. */
import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { administer, databaseUrl, type FreshDatabase } from '../support/postgres.ts';

export async function emptyDatabase(): Promise<FreshDatabase> {
  const { serverUrl } = inject('postgres');
  const name = `stock_keeper_empty_${randomUUID().slice(0, 8)}`;
  await administer(serverUrl, `create database "${name}" template template0`);
  return {
    url: databaseUrl(serverUrl, name),
    drop: () => administer(serverUrl, `drop database if exists "${name}" with (force)`),
  };
}
