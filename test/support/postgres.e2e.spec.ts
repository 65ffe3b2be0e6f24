import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshDatabase } from './postgres.ts';
import { startPostgres } from './postgres-server.ts';

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

describe('fresh databases', () => {
  it('are migrated, empty, and each on its own', async () => {
    const [one, two] = await Promise.all([freshDatabase(), freshDatabase()]);
    await ask(one.url, 'create table only_here (id int)');
    expect(await ask(one.url, 'select count(*)::int from skus')).toEqual([[0]]);
    await expect(ask(two.url, 'select from only_here')).rejects.toThrow('does not exist');

    const left = new pg.Client({ connectionString: one.url });
    left.on('error', () => {});
    await left.connect();
    await one.drop();
    await two.drop();
    await expect(ask(one.url, 'select 1')).rejects.toThrow('does not exist');
  });
});

describe('a server of our own', () => {
  it('is as durable as in production, and its own order of texts is not bytewise', async () => {
    const server = await startPostgres();
    onTestFinished(() => server.stop());
    const settings = `select current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes'), 'a' < 'B'`;
    expect(await ask(server.url, settings)).toEqual([['on', 'on', 'on', true]]);
  });

  it('comes back on its named folder and port after a kill with a session open', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'stock-keeper-pg-test-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const first = await startPostgres({ dataDir, settings: { log_min_duration_statement: 0 } });
    await ask(first.url, 'create table kept (id int)');
    const session = new pg.Client({ connectionString: first.url });
    session.on('error', () => {});
    await session.connect();
    await first.kill();

    const second = await startPostgres({ dataDir, port: first.port });
    onTestFinished(() => second.stop());
    expect(await ask(second.url, 'select count(*)::int from kept')).toEqual([[0]]);
    expect(first.logs()).toContain('create table kept');
    expect(existsSync(dataDir)).toBe(true);
  });
});
