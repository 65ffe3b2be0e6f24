/** Adapters as teams write them: slow, throwing, with ids of their own. A shop that is right passes through each; a bug is found through each. */
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AdapterFault,
  checkShop,
  type OpenedSku,
  type OrderAsked,
  openShop,
  type PlaceSaid,
  type Said,
  type ShopAdapter,
  type ShopBroken,
  ShopModel,
  shopCommands,
} from '../../src/testing/index.ts';
import { CancelTwice } from './shops/cancel-twice.ts';
import { Locked } from './shops/locked.ts';
import { ReadCheckWrite } from './shops/read-check-write.ts';
import { Shop } from './shops/shop.ts';

const PATIENT = { timeLimitMs: 120_000, runs: 100, seed: 1 };

class OutOfStock extends Error {}

/** Throws its refusals, as most code does. */
function throwing(shop: ShopAdapter): ShopAdapter {
  return {
    open: (opening) => shop.open(opening),
    async place(order) {
      if ((await shop.place(order)) === 'refused') throw new OutOfStock('out of stock');
      return 'placed';
    },
    cancel: (orderId) => shop.cancel(orderId) as Promise<Said>,
    stock: (skuId) => shop.stock(skuId),
  };
}

const isRefusal = (error: unknown) => error instanceof OutOfStock;

describe('a shop that throws its refusals', () => {
  it('is right, whether its errors are told apart or not', async () => {
    const told = await checkShop({ ...throwing(new Shop()), isRefusal }, PATIENT);
    expect(told.refused).toBeGreaterThan(0);
    expect(told.answers['place unknown']).toBeUndefined();
    const { answers } = await checkShop(throwing(new Shop()), PATIENT);
    expect(answers['place unknown']).toBeGreaterThan(0);
  });

  it('is found out all the same', async () => {
    for (const shop of [{ ...throwing(new ReadCheckWrite()), isRefusal }, throwing(new ReadCheckWrite())]) {
      await expect(checkShop(shop, PATIENT)).rejects.toMatchObject({ law: 'never_oversold' });
    }
  });
});

describe('a shop that fails now and then', () => {
  /** Its answer is lost, after it was done or instead. */
  class Fails extends Locked {
    override async place(order: OrderAsked): Promise<PlaceSaid> {
      const chance = Math.random();
      if (chance < 0.2) throw new Error('connection reset');
      const said = await super.place(order);
      if (chance < 0.4) throw new Error('connection reset');
      return said;
    }

    override async cancel(orderId: string): Promise<Said> {
      const chance = Math.random();
      if (chance < 0.2) throw new Error('connection reset');
      const said = await super.cancel(orderId);
      if (chance < 0.4) throw new Error('connection reset');
      return said;
    }
  }

  it('is right: what it did not answer may have happened, or not', async () => {
    const { answers } = await checkShop(new Fails(), { ...PATIENT, retries: 'all' });
    expect(answers['place unknown']).toBeGreaterThan(10);
    expect(answers['cancel unknown']).toBeGreaterThan(10);
  });
});

describe('a shop that is far away', () => {
  /** 50 ms for every call. */
  const far = (shop: ShopAdapter): ShopAdapter => ({
    async open(opening) {
      await sleep(50);
      await shop.open(opening);
    },
    place: (order) => sleep(50).then(() => shop.place(order)),
    async cancel(orderId) {
      await sleep(50);
      await shop.cancel(orderId);
    },
    stock: (skuId) => sleep(50).then(() => shop.stock(skuId)),
  });

  it('is right, and it is told how many histories were tried', async () => {
    const { runs, summary } = await checkShop(far(new Shop()), { seed: 1, atOnce: 10 });
    expect(runs).toBeGreaterThan(0);
    expect(runs).toBeLessThan(500);
    expect(summary).toContain(`${runs} histories, `);
  });

  it('is found out', async () => {
    const shop = far(new CancelTwice());
    await expect(checkShop(shop, { ...PATIENT, atOnce: 10 })).rejects.toMatchObject({ law: 'cancel_restores_once' });
  });

  it('is not mistaken for a shop that was tried, when there was no time for anything', async () => {
    const failed = checkShop(far(new Shop()), { timeLimitMs: 20 });
    await expect(failed).rejects.toThrow(/^no order was ever placed, .*: 0 histories, 0 calls/);
  });

  it('cannot be restarted while other histories run', async () => {
    await expect(checkShop(new Locked(), { atOnce: 2 })).rejects.toThrow(RangeError);
  });
});

describe('a shop that stands still once', () => {
  class Hiccup extends Shop {
    #calls = 0;

    override async cancel(orderId: string): Promise<Said> {
      if (++this.#calls === 5) await sleep(2000);
      return super.cancel(orderId);
    }
  }

  it('is not told as one that does not answer', async () => {
    const { answers } = await checkShop(new Hiccup(), { ...PATIENT, callLimitMs: 700 });
    expect(answers['cancel unknown']).toBe(1);
  });
});

describe('a shop that numbers its SKUs', () => {
  class Numbers extends Shop {
    #skus = 0;

    override async open({ skus }: { readonly skus: readonly OpenedSku[] }) {
      const own = skus.map((sku) => ({ ...sku, kit: sku.skuId, skuId: String(++this.#skus) }));
      await super.open({ skus: own });
      return Object.fromEntries(own.map(({ kit, skuId }) => [kit, skuId])) as never;
    }
  }

  it('is right', async () => {
    expect((await checkShop(new Numbers(), PATIENT)).placed).toBeGreaterThan(50);
  });

  it('must tell each of them', async () => {
    const open = async () => ({});
    const shop = { ...throwing(new Shop()), open };
    await expect(checkShop(shop, PATIENT)).rejects.toThrow(
      'open of the adapter answered {}: it must answer nothing, or',
    );
  });
});

describe('an adapter that lacks a function', () => {
  it('is told so', async () => {
    const { stock: _, ...shop } = throwing(new Shop());
    const failed = checkShop(shop as ShopAdapter, PATIENT);
    await expect(failed).rejects.toBeInstanceOf(AdapterFault);
    await expect(failed).rejects.toThrow('the adapter has no function stock');
  });
});

describe('the commands in a property of their own', () => {
  const tried = (open: () => ShopAdapter) => {
    const commands = fc.commands(shopCommands(open()), { size: 'max', maxCommands: 20 });
    const property = fc.asyncProperty(commands, (all) => {
      const shop = open();
      return fc.asyncModelRun(() => openShop(shop), all);
    });
    return fc.check(property, { seed: 1, numRuns: 100 });
  };

  it('find a bug, and print the calls', async () => {
    const { errorInstance, counterexample } = await tried(() => new CancelTwice());
    expect(errorInstance).toMatchObject({ law: 'cancel_restores_once', finding: null });
    expect((errorInstance as ShopBroken).message).toMatch(/cancel\('o\d'\), \/\/ done\n/);
    expect(String(counterexample)).toContain('[cancel, cancel');
  });

  it('find none in a shop that is right', async () => {
    expect(await tried(() => new Locked())).toMatchObject({ failed: false, numRuns: 100 });
  });
});

describe('the model alone', () => {
  it('says what may be, and which law is broken', () => {
    const model = new ShopModel({ tea: 3 });
    const lines = [{ skuId: 'tea', quantity: 2 }];
    model.told([{ call: { kind: 'place', order: 'o1', lines }, answer: 'unknown' }]);
    expect(model.saw({ stock: { tea: 1 }, sales: {}, productSales: {} })).toBeNull();
    expect(model.stock('tea')).toEqual([1]);
    model.told([{ call: { kind: 'cancel', order: 'o1' }, answer: 'done' }]);
    model.told([{ call: { kind: 'cancel', order: 'o1' }, answer: 'done' }]);
    expect(model.saw({ stock: { tea: 5 }, sales: {}, productSales: {} })).toMatchObject({
      law: 'cancel_restores_once',
    });
  });
});
