/** The keeper, asked one command after another, compared with the reference model: answers, movements and rows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Keeper } from '../../src/keeper/keeper.ts';
import { HISTORIES, history } from '../support/arbitraries.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { EMPTY_WORLD, run } from '../support/model.ts';

describe('any history, one command after another', () => {
  // Red with: a return checked against the SKU before it was checked against the order.
  it.each([2, 1000])('law: is answered and recorded as the model does, with %d residents', async (residentsMax) => {
    await fc.assert(
      fc.asyncProperty(history(), async (asks) => {
        const store = new MemoryStore();
        const time = { now: 0 };
        const keeper = new Keeper({
          store,
          lists: store,
          clock: () => time.now,
          limits: { residentsMax },
          schedule: queueMicrotask,
        });
        const steps = run(asks);
        for (const [i, { command, at }] of asks.entries()) {
          time.now = at;
          const { outcome, replayed } = steps[i] ?? expect.unreachable();
          expect(await keeper.ask(command)).toEqual({ outcome, replayed });
        }
        const world = steps.at(-1)?.world ?? EMPTY_WORLD;
        expect(store.ledger).toEqual(steps.flatMap((turn) => turn.movements));
        expect(store.skuRows).toEqual(world.skus);
        expect(store.orderRows).toEqual(world.orders);
      }),
      HISTORIES,
    );
  });
});
