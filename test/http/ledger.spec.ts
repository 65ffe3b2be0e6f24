/** The ledger as it is shown, over HTTP and by the library: whoever reads it can rebuild the counters from it alone. */
import { fc, test } from '@fast-check/vitest';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { MovementBody, SkuBody } from '../../src/api/skus/body.ts';
import { buildServer } from '../../src/http/server.ts';
import { Keeper, type KeeperDoor } from '../../src/keeper/keeper.ts';
import { Desk } from '../../src/library/desk.ts';
import { operationsOf } from '../../src/library/stock-keeper.ts';
import { history, SKU_IDS } from '../support/arbitraries.ts';
import { MemoryStore } from '../support/memory-store.ts';

let app: FastifyInstance;
/** A shop of its own for each run; the server before it is the same, for building one takes longer than a run. */
let keeper: Keeper;
const door: KeeperDoor = {
  ask: (...asked) => keeper.ask(...asked),
  readiness: () => keeper.readiness(),
  get lists() {
    return keeper.lists;
  },
  get role() {
    return keeper.role;
  },
  get load() {
    return keeper.load;
  },
  get waiting() {
    return keeper.waiting;
  },
};

beforeAll(async () => {
  app = await buildServer({ keeper: door, logger: false });
});
afterAll(() => app.close());

const MUTE = { trace: () => {}, info: () => {}, warn: () => {}, error: () => {} };

interface Counters {
  readonly onHand: number;
  readonly reserved: number;
  readonly sales: number;
}

/** The counters after a movement, from those before it and from what is shown of it beside them: the table of movements. */
function after(before: Counters, shown: Omit<MovementBody, keyof Counters>): Counters {
  const { kind, quantity } = shown;
  const reserved = { reserved: 1, released: -1, shipped: -1 } as const;
  const sales = { reserved: 1, released: -1, returned: -1 } as const;
  const onHand = { received: 1, adjusted: 1, shipped: -1, returned: shown.restocked === true ? 1 : 0 } as const;
  const by = (signs: Partial<Record<typeof kind, number>>) => (signs[kind] ?? 0) * quantity;
  return {
    onHand: before.onHand + by(onHand),
    reserved: before.reserved + by(reserved),
    sales: before.sales + by(sales),
  };
}

/** Holds a ledger as it is shown against its own quantities and against the SKU as it is shown. */
function expectReplayed(ledger: readonly MovementBody[], sku: SkuBody): void {
  let counters: Counters = { onHand: 0, reserved: 0, sales: 0 };
  for (const [index, { onHand, reserved, sales, ...shown }] of ledger.entries()) {
    expect(shown).toMatchObject({ skuId: sku.id, version: index + 1 });
    expect(shown.restocked === undefined).toBe(shown.kind !== 'returned');
    counters = after(counters, shown);
    expect({ onHand, reserved, sales }).toEqual(counters);
  }
  expect(sku).toMatchObject({ version: ledger.length, ...counters });
}

describe('the ledger of a SKU, after any history', () => {
  // Red with: `restocked` left out of what is shown; shown as true whatever it is.
  test.prop([history({ asksMax: 60 }), fc.integer({ min: 4, max: 200 })], { numRuns: 40 })(
    'law: replayed from what is shown, it gives the counters that are shown',
    async (asks, limit) => {
      const store = new MemoryStore();
      let now = 0;
      keeper = new Keeper({ store, lists: store, clock: () => now });
      const library = operationsOf(new Desk(keeper, MUTE, { newOrderId: () => '', defaultFreight: 0 }));
      for (const { command, at } of asks) {
        now = at;
        await keeper.ask(command);
      }
      for (const id of SKU_IDS) {
        const sku: SkuBody = (await app.inject(`/skus/${id}`)).json();
        const overHttp: MovementBody[] = [];
        for (let next: string | null = '0'; next !== null; ) {
          const page: { items: MovementBody[]; next: string | null } = (
            await app.inject(`/skus/${id}/movements?limit=${limit}&after=${next}`)
          ).json();
          overHttp.push(...page.items);
          ({ next } = page);
        }
        expectReplayed(overHttp, sku);
        expect(await library.listMovements({ id, limit: 200 })).toMatchObject({ items: overHttp.slice(0, 200) });
      }
      await keeper.close();
    },
  );
});
