/** The commit is held up by a lock of another session: nothing leaves that rests on it, whatever kind of answer it is; released, everything does. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { startService } from '../support/service.ts';
import { codeOf, orderIn, orderRequest, problemIn, type Reply, ShopClient, skuIn } from '../support/shop-client.ts';
import { holdLock, SqlSession } from '../support/sql.ts';

/**
 * Answers of another SKU that are awaited as the clock: each takes as long as an answer that waits for nothing. Few, for a commit that is held up
 * has a deadline of its own, and the machine may be busy.
 */
const TICKS = 6;

const key = (name: string) => ({ 'idempotency-key': name });

/** Asks, and keeps what comes. */
class Pending {
  readonly answered = new Map<string, Reply>();
  readonly #all: Promise<void>[] = [];

  ask(name: string, reply: Promise<Reply>): void {
    const kept = reply.then((got) => void this.answered.set(name, got));
    // A test that fails first leaves it to its fate.
    kept.catch(() => {});
    this.#all.push(kept);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#all);
  }

  reply(name: string): Reply {
    const reply = this.answered.get(name);
    if (reply === undefined) throw new Error(`${name} is not answered`);
    return reply;
  }
}

describe.each([
  ['the row of the SKU', `select 1 from skus where id = 'A' for update`],
  ['the table of orders', 'lock table orders in exclusive mode'],
  ['the ledger', 'lock table movements in exclusive mode'],
])('a commit that waits for a lock on %s', (_, lock) => {
  it('holds back every answer that rests on it, and only those', async () => {
    const database = await freshDatabase();
    onTestFinished(database.drop);
    await using service = await startService({ DATABASE_URL: database.url, LOG_LEVEL: 'warn' });
    await using client = new ShopClient(service.url);
    await client.stock(5, 'A', 'B', 'C');
    const early = await client.ask(orderRequest('early', { A: 1 }));
    expect(early.status).toBe(201);

    const pending = new Pending();
    const held = await holdLock(database.url, lock);
    await using _held = held;
    pending.ask('placed', client.ask(orderRequest('first', { A: 4 })));
    await held.waitedFor();

    // Everything below sees, in memory, what the held commit has decided.
    pending.ask('same id', client.ask(orderRequest('first', { A: 4 })));
    pending.ask('same id, other request', client.ask(orderRequest('first', { A: 3 })));
    pending.ask('refused', client.ask(orderRequest('second', { A: 1 })));
    pending.ask('refused, several lines', client.ask(orderRequest('third', { B: 1, A: 1 })));
    pending.ask('below reserved', client.post('/skus/A/adjust', { delta: -1, reason: 'broken' }));
    pending.ask('read SKU', client.get('/skus/A'));
    pending.ask('read order', client.get('/orders/first'));
    pending.ask('stale version', client.post('/skus/A/receive', { quantity: 1 }, { 'if-match': '"2"' }));
    await ticks(client);
    expect([...pending.answered.keys()]).toEqual([]);

    // And these are decided on top of it, for the commit behind it.
    pending.ask('received', client.post('/skus/A/receive', { quantity: 2 }, key('goods')));
    pending.ask('received, same key', client.post('/skus/A/receive', { quantity: 2 }, key('goods')));
    await ticks(client);
    pending.ask('cancelled', client.post('/orders/first/cancel'));
    pending.ask('cancelled again', client.post('/orders/first/cancel'));
    pending.ask('cancelled early', client.post('/orders/early/cancel'));
    pending.ask('other SKU', client.ask(orderRequest('other', { B: 1 })));
    await ticks(client);
    expect([...pending.answered.keys()]).toEqual([]);

    // Lists come from the database: they answer, and show nothing of it.
    const listed = await client.get('/skus?ids=A');
    expect(JSON.parse(listed.text)).toMatchObject({ items: [{ id: 'A', reserved: 1, version: 2 }] });

    await held.release();
    await pending.settled();
    expect(pending.reply('placed').status).toBe(201);
    expect(pending.reply('same id')).toMatchObject({ status: 200, replayed: true, text: pending.reply('placed').text });
    expect(codeOf(pending.reply('same id, other request'))).toBe('order_id_reused');
    const shortage = [{ skuId: 'A', requested: 1, available: 0, version: 3 }];
    expect(problemIn(pending.reply('refused'))).toMatchObject({ code: 'insufficient_stock', shortages: shortage });
    expect(problemIn(pending.reply('refused, several lines')).shortages).toEqual(shortage);
    expect(codeOf(pending.reply('below reserved'))).toBe('below_reserved');
    expect(skuIn(pending.reply('read SKU'))).toMatchObject({ available: 0, reserved: 5, version: 3 });
    expect(orderIn(pending.reply('read order'))).toMatchObject({ id: 'first', status: 'pending', version: 1 });
    expect(codeOf(pending.reply('stale version'))).toBe('stale_version');
    expect(skuIn(pending.reply('received'))).toMatchObject({ onHand: 7, version: 4 });
    const replays = [pending.reply('received'), pending.reply('received, same key')].filter((reply) => reply.replayed);
    expect(replays).toHaveLength(1);
    expect(pending.reply('received, same key').text).toBe(pending.reply('received').text);
    expect(orderIn(pending.reply('cancelled'))).toMatchObject({ status: 'cancelled' });
    expect(pending.reply('cancelled again').text).toBe(pending.reply('cancelled').text);
    expect(pending.reply('cancelled early').status).toBe(200);
    expect(pending.reply('other SKU').status).toBe(201);
    expect(await client.sku('A')).toMatchObject({ available: 7, onHand: 7, reserved: 0, sales: 0, version: 6 });
    await using sql = await SqlSession.open(database.url);
    expect(await sql.laws()).toEqual([]);
  });
});

/**
 * C is on no commit's way: what is asked of it goes the same way through the keeper, and waits for nothing. Nor does an order that does not
 * exist, which has to be looked for: loads are made one behind another, so those asked for before have been made.
 */
async function ticks(client: ShopClient): Promise<void> {
  for (let tick = 0; tick < TICKS; tick++) {
    expect((await client.get('/skus/C')).status).toBe(200);
    expect((await client.get('/orders/never')).status).toBe(404);
  }
}
