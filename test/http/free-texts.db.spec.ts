/** What people write goes through the database as it was written: line breaks, tabs and all. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { startApp } from '../../src/app.ts';
import type { DatabaseSettings } from '../../src/db/open.ts';
import { createLog } from '../../src/log.ts';
import { embeddedFolder } from '../support/embedded.ts';
import { freshDatabase } from '../support/postgres.ts';
import { post } from './request-texts.ts';

const WRITTEN = 'Mug 😀\r\n\t"red", \\ \u0001\u007f\u0085\ufeff';

const DATABASES: readonly [string, () => Promise<DatabaseSettings>][] = [
  ['PGlite', async () => ({ dataDir: await embeddedFolder({ defer: onTestFinished }) })],
  [
    'PostgreSQL',
    async () => {
      const { url, drop } = await freshDatabase();
      onTestFinished(drop);
      return { url };
    },
  ],
];

describe.each(DATABASES)('texts with line breaks, tabs, emoji and control characters on %s', (_name, settings) => {
  it('come back as they were written, in the row and in the ledger', async () => {
    const database = await settings();
    const app = await startApp({ database, log: createLog('silent') });
    onTestFinished(() => app.close());
    const { server } = app;
    const created = await server.inject(post('/skus', { id: 'A', name: WRITTEN, price: 1 }));
    expect(created.statusCode).toBe(201);
    const received = post('/skus/A/receive', { quantity: 2, reason: WRITTEN, reference: WRITTEN });
    expect((await server.inject(received)).statusCode).toBe(200);
    await server.inject(post('/orders', { id: 'O', lines: [{ skuId: 'A', quantity: 1 }] }));
    expect((await server.inject(post('/orders/O/cancel', { reason: WRITTEN }))).statusCode).toBe(200);

    // Lists come from the database.
    const { json: rows } = await server.inject('/skus?ids=A');
    expect(rows()).toMatchObject({ items: [{ name: WRITTEN, version: 3 }] });
    const { json: ledger } = await server.inject('/skus/A/movements');
    expect(ledger()).toMatchObject({
      items: [
        { kind: 'received', reason: WRITTEN, reference: WRITTEN },
        { kind: 'reserved' },
        { kind: 'released', reason: WRITTEN },
      ],
    });
  });
});
