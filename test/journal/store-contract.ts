/** What the journal and the keeper rely on, asked of every store: the double in memory, PGlite and PostgreSQL. */

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../src/journal/record.ts';
import type { Cart } from '../../src/shop/carts/cart.ts';
import type { Facts } from '../../src/shop/facts.ts';
import { KEY_KEPT_MS } from '../../src/shop/idempotency.ts';
import { OrderActor } from '../../src/shop/orders/order-actor.ts';
import type { OrderMessage } from '../../src/shop/orders/order-changes.ts';
import { openSku } from '../../src/shop/skus/rules.ts';
import type { Movement } from '../../src/shop/skus/sku.ts';
import { NOTHING, NOTHING_WANTED } from '../support/nothing.ts';
import { standingUnits } from '../support/standing-units.ts';
import { AT, cartFact, facts, fresh, opened, placed, placedFact, productFact, receive, told } from './facts.ts';
import { turnWishes } from './turn-wishes.ts';
import { Turns } from './turns.ts';

export interface StoreUnderTest {
  readonly store: Store;
  /** The stored movements of a SKU, by version. */
  ledger(skuId: string): Promise<readonly Movement[]>;
  /** Sets a SKU's counter and version behind everyone's back. */
  meddle(skuId: string, change: { readonly version?: number; readonly onHand?: number }): Promise<void>;
  /** Deletes a SKU's row, its ledger stays; or the lines of an order. */
  lose(what: { readonly skuId: string } | { readonly linesOf: string }): Promise<void>;
  close(): Promise<void>;
}

export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`the store contract on ${name}`, () => {
    let tested: StoreUnderTest;
    let store: Store;
    beforeAll(async () => {
      tested = await open();
      store = tested.store;
    });
    afterAll(() => tested.close());

    const cart = (id: string): Cart => ({
      id,
      lines: [{ skuId: 'ü "', quantity: 2, selected: false }],
      ...{ version: 1, createdAt: AT, updatedAt: AT },
    });
    const product = (id: string) => ({ id, name: 'Mug', description: 'ü', version: 1, createdAt: AT, updatedAt: AT });
    const made = (row: Cart) => cartFact(row.id, null, row);
    const swept = ({ id, version }: Cart) => cartFact(id, version, null);
    const committed = async (...batch: Facts[]) => expect(await store.commit(batch)).toEqual({ kind: 'committed' });
    const skuRow = async (id: string) => (await store.load({ ...NOTHING_WANTED, skus: [id] })).skus[0];
    const orderRow = async (id: string) => (await store.load({ ...NOTHING_WANTED, orders: [id] })).orders[0];
    const keyRow = async (key: string) => (await store.load({ ...NOTHING_WANTED, keys: [key] })).keys[0];

    describe('a batch of everything at once', () => {
      it('is read back as it was decided, lines in their order', async () => {
        const [a, b] = [opened(fresh('z')), opened(fresh('a'))];
        await committed(facts([a]), facts([b]));
        const order = placed(fresh('o'), [a.row, b.row]);
        const reserved = [a, b].map(({ row: sku }) =>
          told(sku, { type: 'reserve', quantity: 2, orderId: order.id, at: AT }),
        );
        const key = { key: fresh('k'), fingerprint: 'f', outcome: '{"kind":"ü \\u0001"}', at: AT };
        await committed(facts(reserved, placedFact(order), key));
        const loaded = await store.load({
          ...NOTHING_WANTED,
          skus: [b.row.id, a.row.id],
          orders: [order.id],
          keys: [key.key],
        });
        expect(loaded.orders).toEqual([order]);
        expect(loaded.keys).toEqual([key]);
        expect([...loaded.skus].sort((x, y) => (x.id < y.id ? -1 : 1))).toEqual([reserved[1]?.row, reserved[0]?.row]);
        expect(await tested.ledger(a.row.id)).toEqual([a.movement, reserved[0]?.movement]);
      });

      it('holds carts and products too, to the last of their changes', async () => {
        const [kept, gone, anew] = [cart(fresh('c')), cart(fresh('c')), cart(fresh('c'))];
        await committed(
          { ...NOTHING, carts: [made(kept), made(gone)] },
          { ...NOTHING, carts: [made(anew)], products: [productFact(null, product(fresh('p')))] },
        );
        const changed = { ...kept, lines: [], version: 2, updatedAt: AT + 1 };
        // What is swept and made anew in one batch is another cart.
        const again = { ...anew, lines: [], createdAt: AT + 5 };
        await committed(
          { ...NOTHING, carts: [cartFact(kept.id, 1, changed)] },
          { ...NOTHING, carts: [swept(gone), swept(anew)] },
          { ...NOTHING, carts: [made(again)] },
        );
        const ids = [kept, gone, anew].map(({ id }) => id);
        const loaded = await store.load({ ...NOTHING_WANTED, carts: ids });
        expect([...loaded.carts].sort((x, y) => (x.id < y.id ? -1 : 1))).toEqual([changed, again]);
        const renamed = { ...product(fresh('p')), description: null };
        await committed({ ...NOTHING, products: [productFact(null, renamed)] });
        const last = { ...renamed, name: 'Cup', version: 2 };
        await committed({ ...NOTHING, products: [productFact(1, last)] });
        expect((await store.load({ ...NOTHING_WANTED, products: [renamed.id] })).products).toEqual([last]);
      });

      it('finds idle carts, the longest idle first, page by page', async () => {
        const at = AT - 1_000_000_000;
        const carts = [3, 1, 2].map((age) => ({ ...cart(fresh('idle')), updatedAt: at - age }));
        await committed({ ...NOTHING, carts: carts.map(made) });
        const page = await store.idleCarts(at - 1, null, 2);
        expect(page.map(({ updatedAt }) => at - updatedAt)).toEqual([3, 2]);
        const next = await store.idleCarts(at - 1, page.at(-1) ?? null, 2);
        expect(next.map(({ updatedAt }) => at - updatedAt)).toEqual([1]);
      });

      it('finds nothing where nothing was written', async () => {
        expect(await store.load({ ...NOTHING_WANTED, skus: ['none'], orders: ['none'], keys: ['none'] })).toEqual({
          skus: [],
          orders: [],
          keys: [],
          carts: [],
          products: [],
          standings: [],
          corrupt: [],
        });
      });

      it('writes a SKU without opening stock, policy and product', async () => {
        const id = fresh('s');
        const { sku } = openSku(
          {
            id,
            productId: 'p',
            name: 'n',
            price: 0,
            currency: 'JPY',
            onHand: 0,
            safetyStock: 1,
            backorderLimit: 2,
            maxPerOrder: 3,
            maxPerCustomer: 4,
          },
          AT,
        );
        await committed(facts([{ id: sku.id, basis: null, row: sku, isWhole: true, movement: null }]));
        expect(await skuRow(id)).toEqual(sku);
        expect(await tested.ledger(id)).toEqual([]);
      });
    });

    describe('several changes of one row in one batch', () => {
      it('leaves the last state and every movement', async () => {
        const first = opened(fresh('s'));
        const second = receive(first.row);
        const third = told(second.row, {
          type: 'change',
          changes: { name: 'new', price: 1, productId: 'p', maxPerOrder: 9, maxPerCustomer: 8 },
          at: AT + 1,
        });
        await committed(facts([first]), facts([second]), facts([third]));
        const fourth = told(third.row, { type: 'adjust', by: { delta: -3 }, reason: 'lost', at: AT + 2 });
        const fifth = receive(fourth.row);
        await committed(facts([fourth]), facts([fifth]));
        expect(await skuRow(first.row.id)).toEqual(fifth.row);
        expect(await tested.ledger(first.row.id)).toEqual(
          [first, second, third, fourth, fifth].map((fact) => fact.movement),
        );
      });

      it('leaves an order placed and changed within it in its last state, lines too', async () => {
        const [a, b] = [opened(fresh('s')), opened(fresh('s'))];
        const order = placed(fresh('o'), [a.row, b.row]);
        const actor = new OrderActor(order);
        actor.tell({ type: 'reduce', skuId: a.row.id, quantity: 0, at: AT + 1 });
        const reduced = { id: order.id, basis: 1, row: actor.order, isWhole: true };
        actor.tell({ type: 'confirm', at: AT + 2 });
        const confirmed = { id: order.id, basis: 2, row: actor.order, isWhole: false };
        await committed(facts([], placedFact(order)), facts([], reduced), facts([], confirmed));
        expect(await orderRow(order.id)).toEqual(actor.order);
        actor.tell({ type: 'reduce', skuId: b.row.id, quantity: 1, at: AT + 3 });
        const again = { id: order.id, basis: 3, row: actor.order, isWhole: true };
        actor.tell({ type: 'ship', at: AT + 4, blocked: null });
        await committed(facts([], again), facts([], { id: order.id, basis: 4, row: actor.order, isWhole: false }));
        expect(await orderRow(order.id)).toEqual(actor.order);
      });
    });

    describe('what a customer has of a SKU', () => {
      const standings = async (...ids: readonly (readonly [customerId: string, skuId: string])[]) => {
        const loaded = await store.load({ ...NOTHING_WANTED, standings: ids.map((id) => JSON.stringify(id)) });
        const units = new Map(loaded.standings.map((row) => [row.id, row.units]));
        return ids.map((id) => units.get(JSON.stringify(id)));
      };

      it('is what stands in its orders, less what was returned', async () => {
        const [a, b] = [opened(fresh('s "ü\\')), opened(fresh('s'))];
        const ann = fresh('ann "ü\\');
        const of = (customerId: string | null, ...messages: readonly OrderMessage[]) => {
          const actor = new OrderActor({ ...placed(fresh('o'), [a.row, b.row]), customerId });
          for (const message of messages) actor.tell(message);
          return facts([], placedFact(actor.order));
        };
        const at = AT + 1;
        const paid = [
          { type: 'confirm', at },
          { type: 'ship', at, blocked: null },
        ] as const;
        const returned = { type: 'return', lines: [{ skuId: a.row.id, quantity: 1 }], restock: true } as const;
        await committed(
          facts([a, b]),
          of(ann),
          of(ann, { type: 'cancel', reason: null, at }),
          of(ann, { type: 'reduce', skuId: a.row.id, quantity: 1, at }),
          of(ann, ...paid, { ...returned, blocked: null, at }),
          of(null),
          of('another'),
        );
        expect(
          await standings([ann, a.row.id], [ann, b.row.id], [ann, 'none'], ['none', a.row.id], ['another', a.row.id]),
        ).toEqual([2 + 1 + 1, 6, 0, 0, 2]);
      });
    });

    describe('a row that is not as it was when it was decided on', () => {
      for (const others of [0, 5]) {
        const size = `in a batch of ${others + 1}`;
        const neighbours = () => Array.from({ length: others }, () => opened(fresh('s')));

        it(`loses the whole batch when a SKU has another version, ${size}`, async () => {
          const sku = opened(fresh('s'));
          const beside = neighbours();
          await committed(facts([sku]), ...beside.map((fact) => facts([fact])));
          await tested.meddle(sku.row.id, { version: 7 });
          const batch = [sku, ...beside].map((fact) => facts([receive(fact.row)]));
          expect(await store.commit(batch)).toEqual({ kind: 'lost' });
          for (const { row: before } of beside) expect(await skuRow(before.id)).toEqual(before);
          expect(await tested.ledger(sku.row.id)).toHaveLength(1);
        });

        it(`loses the whole batch when an order has another version, ${size}`, async () => {
          const sku = opened(fresh('s'));
          const order = placed(fresh('o'), [sku.row]);
          await committed(facts([sku], placedFact(order)));
          const stale = { ...placedFact({ ...order, version: 3 }), basis: 2, isWhole: false };
          const beside = neighbours();
          expect(await store.commit([facts([], stale), ...beside.map((fact) => facts([fact]))])).toEqual({
            kind: 'lost',
          });
          for (const { row: unborn } of beside) expect(await skuRow(unborn.id)).toBeUndefined();
        });
      }

      it('loses a batch that creates what is there: a SKU, an order, a movement', async () => {
        const sku = opened(fresh('s'));
        const order = placed(fresh('o'), [sku.row]);
        await committed(facts([sku], placedFact(order)));
        expect(await store.commit([facts([sku])])).toEqual({ kind: 'lost' });
        expect(await store.commit([facts([], placedFact(order))])).toEqual({ kind: 'lost' });
        // The row says version 0, the ledger has version 1: the second fence.
        await tested.meddle(sku.row.id, { version: 0 });
        const again = receive({ ...sku.row, version: 0 });
        expect(await store.commit([facts([again])])).toEqual({ kind: 'lost' });
        expect(await tested.ledger(sku.row.id)).toHaveLength(1);
      });

      it('loses a batch that changes what is gone', async () => {
        const { row: sku } = opened(fresh('s'));
        expect(await store.commit([facts([receive(sku)])])).toEqual({ kind: 'lost' });
      });
    });

    describe('a cart or a product that is not as it was when it was decided on', () => {
      it('loses the batch, whether it is made, changed or swept', async () => {
        const row = cart(fresh('c'));
        const mug = product(fresh('p'));
        await committed({ ...NOTHING, carts: [made(row)], products: [productFact(null, mug)] });
        const third = { ...row, version: 3 };
        for (const facts of [
          { ...NOTHING, carts: [made(row)] },
          { ...NOTHING, carts: [cartFact(row.id, 2, third)] },
          { ...NOTHING, carts: [cartFact(row.id, 2, null)] },
          { ...NOTHING, carts: [cartFact(fresh('none'), 1, null)] },
          { ...NOTHING, products: [productFact(null, mug)] },
          { ...NOTHING, products: [productFact(2, { ...mug, version: 3 })] },
        ]) {
          const sku = opened(fresh('s'));
          expect(await store.commit([facts, { ...NOTHING, skus: [sku] }])).toEqual({ kind: 'lost' });
          expect(await skuRow(sku.row.id)).toBeUndefined();
        }
        const loaded = await store.load({ ...NOTHING_WANTED, carts: [row.id], products: [mug.id] });
        expect(loaded).toMatchObject({ carts: [row], products: [mug] });
      });
    });

    describe('a row that contradicts its ledger, or itself', () => {
      it('is named with the reason, and not given out; those beside it are', async () => {
        const [onHand, version, gone, sound] = [
          opened(fresh('s')),
          opened(fresh('s')),
          opened(fresh('s')),
          opened(fresh('s')),
        ];
        const [torn, whole] = [placed(fresh('o'), [sound.row]), placed(fresh('o'), [sound.row])];
        await committed(
          facts([onHand]),
          facts([version]),
          facts([gone]),
          facts([sound]),
          facts([], placedFact(torn)),
          facts([], placedFact(whole)),
        );
        await tested.meddle(onHand.row.id, { onHand: 3 });
        await tested.meddle(version.row.id, { version: 2 });
        await tested.lose({ skuId: gone.row.id });
        await tested.lose({ linesOf: torn.id });
        const skus = [onHand, version, gone, sound].map(({ row: sku }) => sku.id);
        const loaded = await store.load({ ...NOTHING_WANTED, skus, orders: [torn.id, whole.id] });
        expect(loaded.skus).toEqual([sound.row]);
        expect(loaded.orders).toEqual([whole]);
        expect(loaded.corrupt).toHaveLength(4);
        expect(loaded.corrupt).toEqual(
          expect.arrayContaining([
            {
              kind: 'skus',
              id: onHand.row.id,
              reason: expect.stringMatching(/row says 3\/0\/0 at version 1 .*ends with 10\/0\/0/),
            },
            { kind: 'skus', id: version.row.id, reason: expect.stringContaining('row says 10/0/0 at version 2') },
            { kind: 'skus', id: gone.row.id, reason: 'it has a ledger of 1 movements and no row' },
            { kind: 'orders', id: torn.id, reason: 'it has no lines' },
          ]),
        );
      });

      it('is a row with stock and no ledger, too', async () => {
        const { sku } = openSku({ ...opened(fresh('s')).row, onHand: 0 }, AT);
        await committed(facts([{ id: sku.id, basis: null, row: sku, isWhole: true, movement: null }]));
        expect(await skuRow(sku.id)).toEqual(sku);
        await tested.meddle(sku.id, { onHand: 1 });
        expect(await store.load({ ...NOTHING_WANTED, skus: [sku.id] })).toMatchObject({
          skus: [],
          corrupt: [
            { reason: expect.stringMatching(/row says 1\/0\/0 at version 0 .*ends with 0\/0\/0 at version 0/) },
          ],
        });
      });
    });

    describe('an idempotency key', () => {
      it('keeps the first answer for 24 hours, then takes another', async () => {
        const first = { key: fresh('k'), fingerprint: 'f1', outcome: '{"kind":"order","order":{}}', at: AT };
        await committed(facts([], null, first));
        const soon = { ...first, fingerprint: 'f2', at: AT + KEY_KEPT_MS - 1 };
        expect(await store.commit([facts([], null, soon)])).toEqual({ kind: 'lost' });
        expect(await keyRow(first.key)).toEqual(first);
        const later = { ...soon, at: AT + KEY_KEPT_MS };
        await committed(facts([], null, later));
        expect(await keyRow(first.key)).toEqual(later);
      });

      it('gives way when it has a refusal, as builds before this one recorded them', async () => {
        const refused = { key: fresh('k'), fingerprint: 'f1', outcome: '{"kind":"order_not_found"}', at: AT };
        await committed(facts([], null, refused));
        const done = { ...refused, fingerprint: 'f2', outcome: '{"kind":"sku","sku":{}}' };
        await committed(facts([], null, done));
        expect(await keyRow(refused.key)).toEqual(done);
        expect(await store.commit([facts([], null, done)])).toEqual({ kind: 'lost' });
      });

      it('is forgotten by age, a bounded number at a time', async () => {
        const old = AT - 10 * KEY_KEPT_MS;
        const keys = [1, 2, 3].map((n) => ({ key: fresh('k'), fingerprint: '', outcome: '', at: old + n }));
        await committed(...keys.map((key) => facts([], null, key)));
        expect(await store.forgetKeys(old + 3, 1)).toBe(1);
        expect(await store.forgetKeys(old + 3, 9)).toBe(1);
        expect(await store.forgetKeys(old + 3, 9)).toBe(0);
        expect(await keyRow(keys[2]?.key ?? '')).toEqual(keys[2]);
      });
    });

    describe('a batch that breaks a rule of the database', () => {
      it('is refused as a whole, and the next batch is not', async () => {
        const sku = opened(fresh('s'));
        const bad = { ...sku.row, id: fresh('s'), onHand: -1 };
        const poison = { ...sku, id: bad.id, row: bad, movement: null };
        const result = await store.commit([facts([sku]), facts([poison])]);
        expect(result).toMatchObject({ kind: 'refused' });
        expect(await skuRow(sku.row.id)).toBeUndefined();
        await committed(facts([sku]));
      });
    });

    describe('orders past their time', () => {
      it('come the earliest first, page by page, and only the pending ones', async () => {
        const long = AT - 1_000_000_000;
        const { row: sku } = opened(fresh('s'));
        const due = [3, 1, 2, 2].map((n) => placed(fresh('due'), [sku], long + n * 1000, 1));
        const confirmed = new OrderActor(placed(fresh('due'), [sku], long, 2));
        confirmed.tell({ type: 'confirm', at: long });
        await committed(...due.map((order) => facts([], placedFact(order))));
        await committed(facts([], placedFact(confirmed.order)));
        const expected = [due[1], due[2], due[3], due[0]].map((order) => ({
          id: order?.id,
          expiresAt: order?.expiresAt,
        }));
        expect(await store.due(long + 4000, null, 10)).toEqual(expected);
        const first = await store.due(long + 4000, null, 2);
        expect(first).toEqual(expected.slice(0, 2));
        expect(await store.due(long + 4000, first.at(-1) ?? null, 2)).toEqual(expected.slice(2));
        expect(await store.due(long + 3999, null, 10)).toEqual(expected.slice(0, 3));
      });
    });

    describe('any history of turns over rows of every kind', () => {
      // Red with: details lost of a SKU that was changed and then moved in one batch; lines lost of an order that was reduced and then confirmed;
      // the first of a batch's answers under a key, or states of a cart or product, stored instead of the last.
      it('law: is stored as it was decided, to every field of every row, however it is cut into batches', async () => {
        await fc.assert(
          fc.asyncProperty(turnWishes, async (wishes) => {
            const turns = new Turns(fresh('law'));
            const batch: Facts[] = [];
            for (const wish of wishes) {
              const decided = turns.decide(wish);
              if (decided !== null) batch.push(decided);
              if (batch.length > 0 && wish.isLast) await committed(...batch.splice(0));
            }
            if (batch.length > 0) await committed(...batch);
            await expectStored(turns);
          }),
          { numRuns: 40, interruptAfterTimeLimit: 15_000 },
        );
      });

      async function expectStored(turns: Turns): Promise<void> {
        const { ids } = turns;
        const standings = ids.standings.map((pair) => JSON.stringify(pair));
        const loaded = await store.load({ ...ids, standings });
        const byId = <T extends { readonly id: string }>(rows: Iterable<T>) =>
          [...rows].toSorted((a, b) => (a.id < b.id ? -1 : 1));
        expect(byId(loaded.skus)).toEqual(byId(turns.skus.values()));
        expect(byId(loaded.orders)).toEqual(byId(turns.orders.values()));
        expect(byId(loaded.carts)).toEqual(byId(turns.carts.values()));
        expect(byId(loaded.products)).toEqual(byId(turns.products.values()));
        expect(new Set(loaded.keys)).toEqual(new Set(turns.keys.values()));
        expect(loaded.corrupt).toEqual([]);
        const units = ids.standings.map(([customerId, skuId]) => ({
          id: JSON.stringify([customerId, skuId]),
          units: standingUnits(turns.orders.values(), customerId, skuId),
        }));
        expect(byId(loaded.standings)).toEqual(byId(units));
        for (const skuId of ids.skus) {
          expect(await tested.ledger(skuId)).toEqual(turns.ledger.filter((movement) => movement.skuId === skuId));
        }
      }
    });

    it('answers a ping', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });
  });
}
