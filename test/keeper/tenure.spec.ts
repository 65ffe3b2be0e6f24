/** A keeper that may not own what the store holds: it stands by, is in doubt, or has lost ownership and regained it. */
import { describe, expect, it } from 'vitest';
import type { Tenure } from '../../src/journal/record.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import type { Command } from '../../src/shop/commands.ts';
import { cancel, create, place, readOrder, readSku, receive } from '../support/commands.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { AT, hold, isSettled, quiet } from '../support/shop.ts';

class TenureByHand implements Tenure {
  role: Tenure['role'] = 'owner';
  doubt: PromiseWithResolvers<void> | null = null;

  certain(): Promise<void> | null {
    return this.doubt?.promise ?? null;
  }

  inDoubt(): void {
    this.doubt = Promise.withResolvers();
    this.doubt.promise.catch(() => {});
  }

  settle(error?: Error): void {
    const { doubt } = this;
    if (error === undefined) {
      this.doubt = null;
      doubt?.resolve();
    } else {
      doubt?.reject(error);
    }
  }
}

function shop(store = new MemoryStore()) {
  const tenure = new TenureByHand();
  const keeper = new Keeper({ store, lists: store, tenure, clock: () => AT, pause: async () => {} });
  return { store, tenure, keeper };
}

const COMMANDS: Command[] = [create('B', 1), readSku('A'), receive('A', 1), place('o-2', { A: 1 }), cancel('o-1')];

describe('a keeper that stands by', () => {
  it.each(COMMANDS)('refuses $kind, and looks at nothing', async (command) => {
    const { store, tenure, keeper } = shop();
    tenure.role = 'standby';
    expect((await keeper.ask(command)).outcome).toEqual({ kind: 'standby', retryAfterSeconds: 2 });
    expect([store.loads, store.batches]).toEqual([[], []]);
    expect(await keeper.readiness()).toMatchObject({ ready: false, reason: expect.stringContaining('stands by') });
  });

  it('refuses what it had taken before it knew, when it is to be decided again', async () => {
    const { store, tenure, keeper } = shop();
    await keeper.ask(create('A', 3));
    const held = hold(store);
    const placed = keeper.ask(place('o-1', { A: 1 }));
    await held.begun;
    tenure.role = 'standby';
    keeper.startOver();
    held.release({ kind: 'lost' });
    expect((await placed).outcome.kind).toBe('standby');
    expect([...store.orderRows]).toEqual([]);
  });
});

describe('a keeper in doubt whether it still owns what is in its memory', () => {
  // Red with: certainty not asked for, or asked for only before the loads.
  it.each([readSku('A'), readOrder('o-1'), place('o-1', { A: 1 }), place('o-2', { A: 99 }), receive('A', 1)])(
    'decides $kind only when it is certain',
    async (command) => {
      const { store, tenure, keeper } = shop();
      await keeper.ask(create('A', 3));
      await keeper.ask(place('o-1', { A: 1 }));
      const batches = store.batches.length;
      tenure.inDoubt();
      const asked = keeper.ask(command);
      expect(await isSettled(asked)).toBe(false);
      expect(store.batches).toHaveLength(batches);
      tenure.settle();
      expect((await asked).outcome.kind).not.toBe('unknown_outcome');
    },
  );

  it('answers "unknown" when certainty cannot be had, after a bounded number of attempts', async () => {
    const { tenure, keeper } = shop();
    await keeper.ask(create('A', 3));
    tenure.inDoubt();
    const asked = keeper.ask(readSku('A'));
    tenure.settle(new Error('the database does not answer'));
    expect((await asked).outcome.kind).toBe('unknown_outcome');
  });
});

describe('a keeper that lost what it owned, and owns it again', () => {
  it('believes nothing of what it had in memory', async () => {
    const { store, keeper } = shop();
    await keeper.ask(create('A', 3));
    await keeper.ask(place('o-1', { A: 1 }));
    const other = shop(store).keeper;
    await other.ask(cancel('o-1'));
    await other.ask(receive('A', 5));
    keeper.startOver();
    expect((await keeper.ask(readSku('A'))).outcome).toMatchObject({ sku: { onHand: 8, reserved: 0, version: 4 } });
    expect((await keeper.ask(readOrder('o-1'))).outcome).toMatchObject({ order: { status: 'cancelled' } });
  });

  // Red with: residents that are loading kept.
  it('does not believe what was being read meanwhile either', async () => {
    const { store, keeper } = shop();
    await shop(store).keeper.ask(create('A', 3));
    const read = Promise.withResolvers<void>();
    store.gate = {
      before: () => undefined,
      after: (call) => (call === 'load' ? read.promise.then(() => undefined) : undefined),
    };
    const asked = keeper.ask(readSku('A'));
    await quiet();
    store.gate = { before: () => undefined, after: () => undefined };
    await shop(store).keeper.ask(receive('A', 5));
    keeper.startOver();
    read.resolve();
    expect((await asked).outcome).toMatchObject({ sku: { onHand: 8, version: 2 } });
  });

  // Red with: waiting entries kept. Their version alone would let them pass, although the other owner never saw what
  // this one had written.
  it('decides anew what was waiting for the database', async () => {
    const { store, keeper } = shop();
    await keeper.ask(create('A', 3));
    await keeper.ask(receive('A', 1));
    const held = hold(store);
    const underWay = keeper.ask(create('B', 1));
    await held.begun;
    const waiting = keeper.ask(place('o-1', { A: 4 }));
    expect(await isSettled(waiting)).toBe(false);
    // A failover lost the receipt, and meanwhile the owner took one unit away, as a version 2 of its own.
    const row = store.skuRows.get('A');
    if (row === undefined) throw new Error('A is stored');
    store.skuRows.set('A', { ...row, onHand: 2 });
    const at = store.ledger.findIndex((movement) => movement.skuId === 'A' && movement.version === 2);
    const receipt = store.ledger[at];
    if (receipt === undefined) throw new Error('the receipt is in the ledger');
    store.ledger[at] = { ...receipt, kind: 'adjusted', quantity: -1, onHand: 2 };
    keeper.startOver();
    held.release();
    expect((await underWay).outcome.kind).toBe('sku_created');
    expect((await waiting).outcome).toMatchObject({ kind: 'insufficient_stock', shortages: [{ available: 2 }] });
    expect([...store.orderRows]).toEqual([]);
  });
});
