/** What may go wrong with the story, by the rule that finds it: each changes one telling, and says what the violation names. */
import { drop, hear, lose, move, type Story, skuAt, tell } from './story.ts';
import type { Rule } from './violations.ts';

interface Fault {
  readonly by: string;
  readonly plant: (story: Story) => void;
  readonly names: RegExp;
}

/** Before everything else in the story, until after everything else. */
const ALWAYS: [number, number] = [-1, 1000];
const LATE: [number, number] = [900, 901];

const movement = ({ rows }: Story, skuId: string, version: number) => {
  const found = rows.movements.find((one) => one.skuId === skuId && one.version === version);
  if (found === undefined) throw new Error(`no movement ${version} of ${skuId}`);
  return found;
};
const row = <T extends { readonly id: string }>(rows: readonly T[], id: string): T => {
  const found = rows.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no row ${id}`);
  return found;
};
const readTea = { method: 'GET', path: '/skus/tea' } as const;

export const FAULTS: Readonly<Record<Rule, readonly Fault[]>> = {
  ledger: [
    {
      by: 'a movement that is gone',
      plant: ({ rows }) =>
        rows.movements.splice(
          rows.movements.findIndex((m) => m.skuId === 'tea' && m.version === 6),
          1,
        ),
      names: /SKU tea: movement 7 stands where 6 belongs/,
    },
    {
      by: 'two movements of one version',
      plant: (story) => story.rows.movements.push({ ...movement(story, 'tea', 8) }),
      names: /SKU tea: movement 8 stands where 9 belongs/,
    },
    {
      by: 'a row behind its ledger',
      plant: ({ rows }) => Object.assign(row(rows.skus, 'tea'), { version: 9 }),
      names: /SKU tea: row is at version 9, its last movement is 10/,
    },
    {
      by: 'a row with other counters',
      plant: ({ rows }) => Object.assign(row(rows.skus, 'tea'), { onHand: 8 }),
      names: /SKU tea: row says 8\/0\/1, replay says 7\/0\/1/,
    },
    {
      by: 'a movement with other counters',
      plant: (story) => Object.assign(movement(story, 'tea', 5), { reserved: 1 }),
      names: /SKU tea: movement 5 \(reserved 2\) says 4\/1\/3, replay says 4\/2\/3/,
    },
    {
      by: 'a reservation beyond what there was',
      plant: (story) => {
        move(story, 'cup', { kind: 'reserved', quantity: 1, orderId: 'o-9' });
      },
      names: /SKU cup: movement 4 reserves 1 of 0 available/,
    },
  ],
  order: [
    {
      by: 'stock given back twice',
      plant: (story) => move(story, 'tea', { kind: 'released', quantity: 1, orderId: 'o-3' }),
      names:
        /order o-3 \(cancelled\), SKU tea: its line says 2 reserved in 1, 2 released.*the ledger says 2 reserved in 1, 3 released/,
    },
    {
      by: 'an order of which one line was reserved',
      plant: ({ rows }) => {
        rows.movements = rows.movements.filter((m) => m.skuId !== 'cup' || m.version === 1);
        Object.assign(row(rows.skus, 'cup'), { onHand: 1, sales: 0, version: 1 });
      },
      names: /order o-1 \(shipped\), SKU cup: its line says 1 reserved in 1.*the ledger says 0 reserved in 0/,
    },
    {
      by: 'movements of no order',
      plant: ({ rows }) =>
        rows.orders.splice(
          rows.orders.findIndex(({ id }) => id === 'o-3'),
          1,
        ),
      names: /order o-3: 3 movements and no order, the first of SKU tea/,
    },
    {
      by: 'an order cancelled without its stock',
      plant: ({ rows }) => Object.assign(row(rows.orders, 'o-1'), { status: 'cancelled' }),
      names: /order o-1 \(cancelled\), SKU tea/,
    },
  ],
  answer: [
    {
      by: 'a counter',
      plant: ({ scenes }) => hear(scenes.readTea, { onHand: 9 }),
      names: /SKU tea: GET \/skus\/tea .* shows version 10 as 9\/0\/1, the ledger has 7\/0\/1/,
    },
    {
      by: 'what is available',
      plant: ({ scenes }) => hear(scenes.readTea, { available: 7 }),
      names: /SKU tea: .* shows 7 available at version 10, by its counters it is 6/,
    },
    {
      by: 'a policy',
      plant: ({ scenes }) => hear(scenes.readTea, { safetyStock: 0, available: 7 }),
      names: /SKU tea: .* shows safetyStock 0 at version 10, it was 1/,
    },
    {
      by: 'a version that never was',
      plant: ({ scenes }) => hear(scenes.readTea, { version: 11 }),
      names: /SKU tea: .* shows version 11, the last one is 10/,
    },
    {
      by: 'another ETag',
      plant: ({ scenes }) => Object.assign(scenes.readTea.reply ?? {}, { etag: '"9"' }),
      names: /SKU tea: .* has the ETag "9" at version 10/,
    },
    {
      by: 'a change that is not shown',
      plant: ({ scenes }) => hear(scenes.change, { price: 450 }),
      names: /SKU tea: PATCH .* shows price 450 .*500/,
    },
    {
      by: 'a shortage that was none',
      plant: ({ scenes }) =>
        hear(scenes.short, { shortages: [{ skuId: 'tea', requested: 9, available: 2, version: 2 }] }),
      names: /SKU tea: POST \/orders .* was short with 2 at version 2, the ledger has 3/,
    },
    {
      by: 'a shortage of what there was',
      plant: ({ scenes }) => {
        hear(scenes.short, { shortages: [{ skuId: 'tea', requested: 3, available: 3, version: 2 }] });
      },
      names: /SKU tea: POST \/orders .* was short of 3 with 3 at version 2/,
    },
    {
      by: 'an order that is not stored so',
      plant: ({ scenes }) => hear(scenes.return1, { status: 'confirmed' }),
      names: /order o-1: POST .*return .* shows .* its row says/,
    },
    {
      by: 'an order that was acknowledged and is gone',
      plant: ({ rows }) => rows.orders.splice(0, 1),
      names: /order o-1: POST \/orders .* is not in the record/,
    },
    {
      by: 'a placement of something else',
      plant: ({ scenes }) => hear(scenes.place1, { freight: 1, totalAmount: 1801 }),
      names: /order o-1: POST \/orders .* is not as it was asked for/,
    },
    {
      by: 'a confirmed order that has expired',
      plant: ({ rows }) => Object.assign(row(rows.orders, 'o-1'), { cancelReason: 'expired' }),
      names: /order o-1: POST .*confirm .* is confirmed at version 2, and has expired/,
    },
    {
      by: 'a sum',
      plant: ({ scenes }) => hear(scenes.confirm1, { totalCount: 4 }),
      names: /order o-1: POST .*confirm.* adds up to 3 units/,
    },
    {
      by: 'a line that never was so',
      plant: ({ scenes }) =>
        hear(scenes.reduce3, {
          lines: [{ skuId: 'tea', quantity: 0, unitPrice: 450, returned: 0 }],
          totalCount: 0,
          totalAmount: 0,
        }),
      names: /order o-3: PATCH .* shows version 2 pending with 0 of SKU tea/,
    },
    {
      by: 'a movement',
      plant: ({ scenes }) => {
        const { text } = scenes.ledger.reply ?? { text: '' };
        Object.assign(scenes.ledger.reply ?? {}, { text: text.replace('"reason":"broken"', '"reason":"stolen"') });
      },
      names: /SKU tea: GET .*movements.* shows movement .*stolen.* where the ledger has .*broken/,
    },
    {
      by: 'an end that did not come',
      plant: (story) =>
        tell(story, { method: 'POST', path: '/orders/o-1/ship' }, LATE, { code: 'order_cancelled' }, 409),
      names: /order o-1: POST .* is cancelled, its row says shipped/,
    },
  ],
  repeat: [
    {
      by: 'another body for another cancel',
      plant: ({ scenes }) => hear(scenes.cancel3Again, { version: 4 }),
      names: /cancelling order o-3: .*"version":3.* got .*"version":4/,
    },
    {
      by: 'another body under the same key',
      plant: ({ scenes }) => hear(scenes.receiveAgain, { onHand: 12 }),
      names: /key k-1: .* got .*"onHand":12/,
    },
    {
      by: 'another body for the same id',
      plant: ({ scenes }) => hear(scenes.place3Again, { freight: 5 }),
      names: /placing order o-3: /,
    },
    {
      by: 'two first answers',
      plant: ({ scenes }) => Object.assign(scenes.receiveAgain.reply ?? {}, { replayed: false }),
      names: /key k-1: 2 answers, each as if it were the first/,
    },
  ],
  asked: [
    {
      by: 'goods that nobody received',
      plant: (story) => drop(story, story.scenes.receive, story.scenes.receiveAgain),
      names: /SKU tea: movement 8 \(received 4\) was asked for by nobody/,
    },
    {
      by: 'an order that nobody placed',
      plant: (story) => drop(story, story.scenes.place1),
      names: /SKU cup: movement 2 \(reserved 1 for order o-1\) was asked for by nobody/,
    },
    {
      by: 'a cancel that nobody asked for',
      plant: (story) => drop(story, story.scenes.cancel3, story.scenes.cancel3Again),
      names: /SKU tea: movement 7 \(released 1 for order o-3\) was asked for by nobody/,
    },
    {
      by: 'what was refused at the door',
      plant: (story) => {
        for (const told of [story.scenes.ship1]) {
          Object.assign(told.reply ?? {}, { status: 503, text: JSON.stringify({ code: 'overloaded' }) });
        }
      },
      names: /SKU tea: movement 3 \(shipped 2 for order o-1\) was denied to POST \/orders\/o-1\/ship .*503/,
    },
    {
      by: 'what was acknowledged and is not there',
      plant: (story) => {
        tell(story, { method: 'POST', path: '/skus/tea/receive', body: { quantity: 3 } }, LATE, {
          ...skuAt(story, 'tea', 10),
          version: 11,
        });
      },
      names: /SKU tea: POST .*receive .* was acknowledged as version 11, which is not in the ledger/,
    },
    {
      by: 'one movement for two',
      plant: (story) => {
        tell(story, { method: 'POST', path: '/skus/tea/receive', body: { quantity: 4 } }, LATE, skuAt(story, 'tea', 8));
      },
      names: /SKU tea: POST .*receive .* was acknowledged as version 8, which is received 4, which another deed wrote/,
    },
    {
      by: 'one question without an answer and two movements',
      plant: (story) => {
        lose(tell(story, { method: 'POST', path: '/skus/cup/receive', body: { quantity: 2 } }, LATE));
        move(story, 'cup', { kind: 'received', quantity: 2 });
        move(story, 'cup', { kind: 'received', quantity: 2 });
      },
      names: /SKU cup: movement 5 \(received 2\) was asked for by nobody/,
    },
    {
      by: 'an order that expired before its time',
      plant: (story) => {
        const { scenes, rows } = story;
        drop(story, scenes.cancel3, scenes.cancel3Again);
        const order = row(rows.orders, 'o-3');
        Object.assign(movement(story, 'tea', 7), { reason: 'expired', at: (order.expiresAt ?? 0) - 1 });
        Object.assign(order, { cancelReason: 'expired' });
      },
      names: /SKU tea: movement 7 \(released 1 for order o-3, "expired"\) was asked for by nobody/,
    },
    {
      by: 'a return that is not there',
      plant: (story) => {
        const { scenes } = story;
        const again = tell(
          story,
          { ...scenes.return1.request, headers: { 'idempotency-key': 'r-2' } },
          LATE,
          JSON.parse(scenes.return1.reply?.text ?? ''),
        );
        again.invoked = 899;
      },
      names: /order o-1: POST .*return .* was acknowledged, and is not in the ledger/,
    },
  ],
  real_time: [
    {
      by: 'a stale read',
      plant: (story) => tell(story, readTea, LATE, skuAt(story, 'tea', 9)),
      names: /SKU tea: GET .* saw version 9, and version 10 was answered before/,
    },
    {
      by: 'a stale refusal',
      plant: ({ scenes }) => Object.assign(scenes.short, { invoked: 900, completed: 901 }),
      names: /SKU tea: POST \/orders .* saw version 2, and version 10 was answered before/,
    },
    {
      by: 'a read of what was not asked for yet',
      plant: ({ scenes }) => Object.assign(scenes.readTea, { invoked: -3, completed: -2 }),
      names: /SKU tea: GET .* saw version 10 when version \d+ had not been asked for/,
    },
    {
      by: 'a write before one that was answered before it',
      plant: ({ scenes }) => {
        const { invoked, completed } = scenes.change;
        Object.assign(scenes.change, { invoked: scenes.adjust.invoked, completed: scenes.adjust.completed });
        Object.assign(scenes.adjust, { invoked, completed });
      },
      names: /SKU tea: POST .*adjust .* made version 9, and version 10 was answered before/,
    },
    {
      by: 'a stale order',
      plant: (story) => {
        tell(story, { method: 'GET', path: '/orders/o-1' }, LATE, JSON.parse(story.scenes.place1.reply?.text ?? ''));
      },
      names: /order o-1: GET .* saw version 1, and version 4 was answered before/,
    },
    {
      by: 'an order that was there before',
      plant: (story) => {
        tell(story, { method: 'GET', path: '/orders/o-1' }, LATE, { code: 'order_not_found' }, 404);
      },
      names: /order o-1: GET .* saw version -1, and version 4 was answered before/,
    },
    {
      by: 'a status of before',
      plant: (story) => {
        tell(story, { method: 'POST', path: '/orders/o-1/ship' }, LATE, { code: 'order_not_confirmed' }, 409);
      },
      names: /status of order o-1: POST .* saw version 0, and version 2 was answered before/,
    },
    {
      by: 'an unchanged SKU that had changed',
      plant: (story) => {
        Object.assign(tell(story, readTea, LATE), { reply: { status: 304, text: '', replayed: false, etag: '"9"' } });
      },
      names: /SKU tea: GET .* saw version 9, and version 10/,
    },
  ],
  one_order: [
    {
      by: 'half an order seen',
      plant: (story) => {
        const items = [skuAt(story, 'tea', 3), skuAt(story, 'cup', 2)];
        tell(story, { method: 'GET', path: '/skus?ids=tea,cup' }, ALWAYS, { items, next: null });
      },
      names: /no one order of 2 turns.*GET \/skus\?ids=tea,cup.*tea@3/,
    },
  ],
};

/** What may happen to a story that is still a true one. */
export const STILL_TRUE: readonly { readonly by: string; readonly plant: (story: Story) => void }[] = [
  { by: 'nothing', plant: () => {} },
  {
    by: 'no answer to what happened',
    plant: (story) => {
      lose(story.scenes.receive);
      drop(story, story.scenes.receiveAgain);
      for (const name of ['adjust', 'change', 'ship1', 'return1'] as const) lose(story.scenes[name]);
    },
  },
  {
    by: 'no answer to what never happened',
    plant: (story) => {
      lose(tell(story, { method: 'POST', path: '/skus/tea/receive', body: { quantity: 3 } }, LATE));
      lose(tell(story, { method: 'POST', path: '/orders', body: { lines: [{ skuId: 'tea', quantity: 1 }] } }, LATE));
    },
  },
  {
    by: 'no answer to a placement whose id the service chose',
    plant: (story) => {
      const { body } = story.scenes.place3.request;
      drop(story, story.scenes.place3, story.scenes.place3Again);
      const { id: _, ...nameless } = body as { id: string };
      lose(tell(story, { method: 'POST', path: '/orders', body: nameless }, [story.scenes.place3.invoked, null]));
    },
  },
  {
    by: 'the answer lost, and heard when asked again',
    plant: ({ scenes }) => {
      lose(scenes.receive);
      lose(scenes.place3);
      lose(scenes.cancel3);
    },
  },
  {
    by: 'a refusal at the door',
    plant: (story) => {
      tell(story, { method: 'POST', path: '/skus/tea/receive', body: { quantity: 3 } }, LATE, { code: 'closing' }, 503);
    },
  },
  {
    by: 'an old read that overlaps what came behind',
    plant: (story) => tell(story, readTea, [story.scenes.adjust.invoked, 901], skuAt(story, 'tea', 8)),
  },
  {
    by: 'an order that expired in its time',
    plant: (story) => {
      const { scenes, rows } = story;
      drop(story, scenes.cancel3, scenes.cancel3Again, scenes.ledger);
      const order = row(rows.orders, 'o-3');
      Object.assign(movement(story, 'tea', 7), { reason: 'expired', at: order.expiresAt ?? 0 });
      Object.assign(order, { cancelReason: 'expired' });
    },
  },
];
