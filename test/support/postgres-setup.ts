/**
 * Starts one PostgreSQL for a test run that has a `.db.spec.ts` or an `.e2e.spec.ts` among its files, and makes in it
 * the migrated template that `freshDatabase` clones. With `TEST_DATABASE_URL` it uses that server, whose user must be
 * allowed to create databases. Otherwise it starts one of our own.
 */
import type { TestProject } from 'vitest/node';
import { administer, createTemplate, type Template } from './postgres.ts';
import { startPostgres } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: Template;
  }
}

/** Returns a function that ends everything. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL'];
  const server = given === undefined ? await startPostgres() : null;
  const serverUrl = server?.url ?? given ?? '';
  const created = await createTemplate(serverUrl).catch(async (error: unknown) => {
    await server?.stop();
    throw error;
  });
  project.provide('postgres', created);

  return async () => {
    if (server === null) await administer(serverUrl, `drop database if exists "${created.template}" with (force)`);
    else await server.stop();
  };
}
