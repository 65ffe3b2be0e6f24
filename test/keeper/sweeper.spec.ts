import { describe, expect, it, vi } from 'vitest';
import { Keeper } from '../../src/keeper/keeper.ts';
import { Sweeper } from '../../src/keeper/sweeper.ts';
import type { Observation } from '../../src/lib/observe.ts';
import type { Command } from '../../src/shop/commands.ts';
import { KEY_KEPT_MS } from '../../src/shop/idempotency.ts';
import { MemoryStore } from '../support/memory-store.ts';

const AT = 1_700_000_000_000;

const place = (orderId: string, expiresInSeconds: number): Command => ({
  kind: 'place',
  orderId,
  lines: [{ skuId: 'S', quantity: 1 }],
  payment: 'online',
  customerId: null,
  freight: 0,
  expiresInSeconds,
  fingerprint: orderId,
});

async function shop(orders: number) {
  const store = new MemoryStore();
  const time = { now: AT };
  const seen: Observation[] = [];
  const open = () => new Keeper({ store, lists: store, clock: () => time.now, pause: async () => {} });
  const sweeperOf = (keeper: Pick<Keeper, 'ask' | 'role'>) =>
    new Sweeper({ keeper, store, clock: () => time.now, observe: (observation) => seen.push(observation) });
  const keeper = open();
  await keeper.ask({
    kind: 'create_sku',
    sku: {
      id: 'S',
      productId: null,
      name: 'S',
      price: 1,
      currency: 'EUR',
      onHand: orders,
      safetyStock: 0,
      backorderLimit: 0,
      maxPerOrder: null,
      maxPerCustomer: null,
    },
  });
  await Promise.all(Array.from({ length: orders }, (_, i) => keeper.ask(place(`o${i}`, 10))));
  return { store, time, seen, keeper, open, sweeperOf };
}

describe('orders past their time', () => {
  it('law: give their stock back once, at the moment and not before, also with a keeper that never saw them placed', async () => {
    const { store, time, open, sweeperOf, seen } = await shop(1200);
    const restarted = open();
    const sweeper = sweeperOf(restarted);
    time.now = AT + 9_999;
    await sweeper.sweep();
    expect(store.skuRows.get('S')).toMatchObject({ reserved: 1200, sales: 1200 });
    time.now = AT + 10_000;
    // Two sweeps and a client's cancel at the same time: the stock still comes back once.
    await Promise.all([
      sweeper.sweep(),
      sweeper.sweep(),
      restarted.ask({ kind: 'cancel', orderId: 'o7', reason: null }),
    ]);
    expect(store.skuRows.get('S')).toMatchObject({ reserved: 0, sales: 0, onHand: 1200 });
    expect(store.ledger.filter(({ kind }) => kind === 'released')).toHaveLength(1200);
    expect([...store.orderRows.values()].every((order) => order.cancelReason === 'expired')).toBe(true);
    expect(seen.map(({ kind }) => kind)).toContain('orders_expired');
  });

  it('are passed over when one of them cannot be expired', async () => {
    const { store, time, keeper, sweeperOf, seen } = await shop(3);
    time.now = AT + 10_000;
    const stubborn: Pick<Keeper, 'ask' | 'role'> = {
      role: 'owner',
      ask: (command) =>
        command.kind === 'expire' && command.orderId === 'o0'
          ? Promise.reject(new Error('corrupt'))
          : keeper.ask(command),
    };
    await sweeperOf(stubborn).sweep();
    expect([...store.orderRows.values()].map(({ status }) => status)).toEqual(['pending', 'cancelled', 'cancelled']);
    expect(seen.map(({ kind }) => kind)).toContain('sweep_failed');
  });

  it('are left alone by a sweep that finds them paid in time', async () => {
    const { store, time, keeper, sweeperOf } = await shop(1);
    await keeper.ask({ kind: 'confirm', orderId: 'o0' });
    time.now = AT + 10_000;
    await sweeperOf(keeper).sweep();
    expect(store.orderRows.get('o0')?.status).toBe('confirmed');
  });
});

describe('a sweep that the database refuses', () => {
  it('says so and rejects nothing', async () => {
    const { store, keeper, sweeperOf, seen } = await shop(1);
    store.due = () => Promise.reject(new Error('down'));
    await sweeperOf(keeper).sweep();
    expect(seen.map(({ kind }) => kind)).toEqual(['sweep_failed']);
  });
});

describe('idempotency keys older than a day', () => {
  it('are forgotten, the younger ones are not', async () => {
    const { store, time, keeper, sweeperOf } = await shop(1);
    const key = (name: string) => ({ key: name, fingerprint: 'f' });
    await keeper.ask({ kind: 'confirm', orderId: 'o0' }, key('old'));
    time.now = AT + 1;
    await keeper.ask({ kind: 'confirm', orderId: 'o0' }, key('young'));
    time.now = AT + KEY_KEPT_MS + 1;
    await sweeperOf(keeper).sweep();
    expect([...store.keyRows.keys()]).toEqual(['young']);
  });
});

describe('a sweeper that is started', () => {
  it('sweeps again and again until it is stopped', async () => {
    const { store, keeper, sweeperOf } = await shop(1);
    let sweeps = 0;
    const thrice = Promise.withResolvers<void>();
    store.due = async () => {
      if (++sweeps === 3) thrice.resolve();
      return [];
    };
    const sweeper = sweeperOf(keeper);
    sweeper.start();
    await thrice.promise;
    await sweeper.stop();
    sweeper.start();
    expect(sweeps).toBe(3);
  });
});

describe('a sweeper of a keeper that stands by', () => {
  it('reads nothing and expires nothing: the owner does', async () => {
    const { store, time, seen, keeper, sweeperOf } = await shop(1);
    time.now = AT + 10_000;
    const reads = vi.spyOn(store, 'due');
    await sweeperOf({ ask: (command) => keeper.ask(command), role: 'standby' }).sweep();
    expect(reads).not.toHaveBeenCalled();
    expect([store.skuRows.get('S')?.reserved, seen]).toEqual([1, []]);
    await sweeperOf({ ask: (command) => keeper.ask(command), role: 'owner' }).sweep();
    expect(store.skuRows.get('S')?.reserved).toBe(0);
  });
});
