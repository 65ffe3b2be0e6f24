/**
 * A database for each test that wants PostgreSQL: a clone of a template that was migrated once for the whole run.
 * `postgres-setup.ts` starts the server before the first of these specs. Outside the test runner, use `startPostgres`,
 * `createTemplate` and `cloneDatabase`.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { openDatabase } from '../../src/db/open.ts';

export interface FreshDatabase {
  /** The URL of a database that is migrated and empty. */
  readonly url: string;
  /** Ends the remaining sessions and removes the database. */
  drop(): Promise<void>;
}

/** Only in a `.db.spec.ts` or an `.e2e.spec.ts`. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const { inject } = await import('vitest');
  return cloneDatabase(inject('postgres'));
}

/** A server, and the name of a migrated, empty database on it. */
export interface Template {
  readonly serverUrl: string;
  readonly template: string;
}

/** Creates the database that others are cloned from. */
export async function createTemplate(serverUrl: string): Promise<Template> {
  const template = `stock_keeper_test_${process.pid}`;
  await administer(serverUrl, `create database "${template}"`);
  const database = await openDatabase({ url: databaseUrl(serverUrl, template) });
  await database.close();
  return { serverUrl, template };
}

export async function cloneDatabase({ serverUrl, template }: Template): Promise<FreshDatabase> {
  const name = `${template}_${randomUUID().slice(0, 8)}`;
  await administer(serverUrl, `create database "${name}" template "${template}"`);
  return {
    url: databaseUrl(serverUrl, name),
    drop: () => administer(serverUrl, `drop database if exists "${name}" with (force)`),
  };
}

/** The same server, another database. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs one statement in a session of its own. */
export async function administer(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
