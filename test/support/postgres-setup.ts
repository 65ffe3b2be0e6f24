/**
 * Brings up one PostgreSQL for a test run that has a `.db.spec.ts` among its files, and in it the migrated template that `freshDatabase` clones.
 * With `TEST_DATABASE_URL` it is that server (its user must be allowed to create databases), else one of our own.
 */
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../src/db/open.ts';
import { administer, databaseUrl } from './postgres.ts';
import { startPostgres } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { readonly serverUrl: string; readonly template: string };
  }
}

/** Answers with what ends it all. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL'];
  const server = given === undefined ? await startPostgres() : null;
  const serverUrl = server?.url ?? given ?? '';
  const template = `stock_keeper_test_${process.pid}`;
  try {
    await administer(serverUrl, `create database "${template}"`);
    const database = await openDatabase({ url: databaseUrl(serverUrl, template) });
    await database.close();
  } catch (error) {
    await server?.stop();
    throw error;
  }
  project.provide('postgres', { serverUrl, template });

  return async () => {
    if (server === null) await administer(serverUrl, `drop database if exists "${template}" with (force)`);
    else await server.stop();
  };
}
