/** Keys at the real process: they come and go by SIGHUP while it serves, and without them nobody else is served. */
import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeKey } from '../../src/keys/api-key.ts';
import { writeKeysFile } from '../../src/keys/keys-file.ts';
import { bearer, entryOf, testKeys } from '../support/keys.ts';
import { freshDatabase } from '../support/postgres.ts';
import { startService } from '../support/service.ts';
import { ShopClient, skuIn } from '../support/shop-client.ts';

async function database(): Promise<string> {
  const { url, drop } = await freshDatabase();
  onTestFinished(drop);
  return url;
}

const LINES = /"msg":"API keys (not )?read/g;

describe('keys that change while the service runs', () => {
  it('are taken up by SIGHUP: one takes over from the other without a gap, and a broken file changes nothing', async () => {
    using keys = testKeys();
    await using service = await startService({ DATABASE_URL: await database(), API_KEYS_FILE: keys.file });
    await using client = new ShopClient(service.url);
    const status = async (key: string) =>
      (await client.ask({ method: 'GET', path: '/orders', headers: bearer(key) })).status;
    let hangups = 0;
    const hangUp = async () => {
      process.kill(service.pid, 'SIGHUP');
      hangups++;
      await expect.poll(() => service.logs().match(LINES)?.length).toBe(1 + hangups);
    };

    const [old, young] = [keys.key.shop, makeKey()];
    expect([await status(old), await status(young)]).toEqual([200, 401]);
    writeKeysFile(keys.file, [entryOf(old, 'shop', 'shop'), entryOf(young, 'shop', 'shop')]);
    expect(await status(young)).toBe(401);
    await hangUp();
    expect([await status(old), await status(young)]).toEqual([200, 200]);
    writeKeysFile(keys.file, [entryOf(young, 'shop', 'shop')]);
    await hangUp();
    expect([await status(old), await status(young)]).toEqual([401, 200]);

    writeFileSync(keys.file, '{"keys": [{"name": "shop"}]}');
    await hangUp();
    expect(service.logs()).toContain('API keys not read again: those before stay');
    expect(service.logs()).toContain('keys[0].role must be one of reader, shop, stock, admin');
    rmSync(keys.file);
    await hangUp();
    expect([await status(old), await status(young)]).toEqual([401, 200]);
    expect(await service.stop()).toBe(0);
  });
});

describe('a service that more than its machine can reach', () => {
  it('does not start without keys, and says what to do, with all else that is wrong', async () => {
    const start = startService({ HOST: '0.0.0.0', PORT: 'x' });
    await expect(start).rejects.toThrow(
      /exit code 2[\s\S]*PORT is "x"[\s\S]*HOST is "0\.0\.0\.0"[\s\S]*npm run keys -- add/,
    );
  });

  it('starts with keys, and asks for them', async () => {
    using keys = testKeys();
    await using service = await startService({
      HOST: '0.0.0.0',
      DATABASE_URL: await database(),
      API_KEYS_FILE: keys.file,
    });
    await using client = new ShopClient(service.url.replace('0.0.0.0', '127.0.0.1'));
    const sku = { id: 'tea', name: 'Tea', price: 450, onHand: 1 };
    expect((await client.post('/skus', sku)).status).toBe(401);
    expect((await client.post('/skus', sku, bearer(keys.key.shop))).status).toBe(403);
    const created = await client.post('/skus', sku, bearer(keys.key.stock));
    expect(skuIn(created)).toMatchObject({ id: 'tea', onHand: 1 });
    expect((await client.get('/health/ready')).status).toBe(200);
  });

  it('does not start with a keys file that is wrong', async () => {
    const start = startService({ HOST: '0.0.0.0', API_KEYS_FILE: '/no/such/keys.json' });
    await expect(start).rejects.toThrow(/exit code 2[\s\S]*API_KEYS_FILE "\/no\/such\/keys\.json" does not exist/);
  });
});
