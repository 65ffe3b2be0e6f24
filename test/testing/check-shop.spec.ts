/** What the kit says when it cannot say anything of the shop, and what it does when the shop does not answer. */
import { describe, expect, it } from 'vitest';
import { AdapterFault, checkShop, type OrderAsked, type PlaceSaid, type Said } from '../../src/testing/index.ts';
import { Locked } from './shops/locked.ts';
import { statement } from './shops/rows.ts';

const PATIENT = { timeLimitMs: 120_000, runs: 200, seed: 1 };

describe('an adapter that does not work', () => {
  class Refuses extends Locked {
    override place = async (): Promise<PlaceSaid> => 'refused';
  }
  class Throws extends Locked {
    override place = async (): Promise<PlaceSaid> => {
      throw new Error('401 unauthorized');
    };
  }
  class CannotCancel extends Locked {
    override cancel = async (): Promise<Said> => {
      throw new Error('405 method not allowed');
    };
  }
  class NeverCancels extends Locked {
    override cancel = async (): Promise<Said> => 'refused';
    override expire = this.cancel;
  }
  class NeverShips extends Locked {
    override ship = async (): Promise<Said> => 'refused';
  }
  class SaysNothing extends Locked {
    override confirm = async () => undefined as unknown as Said;
  }
  class CountsText extends Locked {
    override stock = async () => '1' as unknown as number;
  }
  class CannotOpen extends Locked {
    override open = async (): Promise<void> => {
      throw new Error('connection refused');
    };
  }

  it.each([
    ['never places an order', new Refuses(), 'no order was ever placed'],
    ['fails at every order', new Throws(), 'every place failed, the last with: 401 unauthorized'],
    ['fails at every cancel', new CannotCancel(), 'every cancel failed, the last with: 405 method not allowed'],
    ['never cancels an order', new NeverCancels(), 'no order was ever cancelled'],
    ['never ships an order', new NeverShips(), / was refused \d+ times and never done/],
    ['answers nothing where it must', new SaysNothing(), `confirm of the adapter answered undefined: it must answer`],
    ['counts in texts', new CountsText(), "stock of the adapter answered '1': it must answer a whole number of units"],
    ['cannot be opened', new CannotOpen(), 'open of the adapter failed: connection refused'],
  ])('is told as such: one that %s', async (_, shop, text) => {
    const failed = checkShop(shop, PATIENT);
    await expect(failed).rejects.toBeInstanceOf(AdapterFault);
    await expect(failed).rejects.toThrow(text);
  });
});

describe('options out of range', () => {
  it.each([
    { runs: 0 },
    { clients: 7 },
    { clients: 1.5 },
    { linesMax: 4 },
    { timeLimitMs: Number.NaN },
    { callLimitMs: -1 },
  ])('are refused: %o', async (options) => {
    await expect(checkShop(new Locked(), options)).rejects.toThrow(RangeError);
  });
});

describe('a shop whose calls wait for one another', () => {
  /** A lock for each SKU, taken in the order of the lines. */
  class Deadlocks extends Locked {
    readonly #locks = new Map<string, Promise<void>>();

    override async place(order: OrderAsked): Promise<PlaceSaid> {
      const held: (() => void)[] = [];
      for (const { skuId } of order.lines) {
        const before = this.#locks.get(skuId);
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#locks.set(skuId, promise);
        held.push(resolve);
        await before;
        await statement();
      }
      const said = await super.place(order);
      for (const release of held) release();
      return said;
    }
  }

  it('breaks the law that every call is answered', async () => {
    await expect(checkShop(new Deadlocks(), { ...PATIENT, callLimitMs: 300 })).rejects.toMatchObject({
      law: 'every_call_answered',
      message: expect.stringMatching(/Promise\.all[^;]*place\('o\d', [^;]*not answered[^;]*not answered/),
    });
  });
});
