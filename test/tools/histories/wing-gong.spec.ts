import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, type Question, STOCK_MODEL, type Stock, skuAnswer } from './stock-model.ts';
import { CALLS_MAX, type Call, linearize } from './wing-gong.ts';

type StockCall = Call<Question, Answer>;

/** From when to when, what, and what was answered; no answer is an unknown outcome. */
const call = (called: number, answered: number, question: Question, answer: Answer | null): StockCall => ({
  called,
  answered,
  question,
  answer,
});

const opened = call(0, 1, { kind: 'create', onHand: 1 }, '201 sku 1/0/0 v1');
const place = (orderId: string): Question => ({ kind: 'place', orderId, quantity: 1, cash: true });
const cancel: Question = { kind: 'cancel', orderId: 'o-1' };
const receive: Question = { kind: 'receive', quantity: 1, key: null };
const PLACED = '201 order confirmed 1';
const SOLD_OUT = '409 insufficient_stock 0 v2';
const CANCELLED = '200 order cancelled 1';

const TRUE: readonly (readonly [string, readonly StockCall[]])[] = [
  ['nothing', []],
  ['one unit and two buyers at once', [opened, call(2, 9, place('o-1'), PLACED), call(2, 9, place('o-2'), SOLD_OUT)]],
  [
    'a buyer who was refused although the other was answered later',
    [opened, call(2, 9, place('o-1'), PLACED), call(3, 4, place('o-2'), SOLD_OUT)],
  ],
  [
    'two cancels at once, and a read that overlaps both',
    [
      opened,
      call(2, 3, place('o-1'), PLACED),
      call(4, 9, cancel, CANCELLED),
      call(4, 8, cancel, CANCELLED),
      call(4, 9, { kind: 'read' }, '200 sku 1/1/1 v2'),
    ],
  ],
  [
    'a receipt of unknown outcome that happened long after',
    [
      opened,
      call(2, 3, receive, null),
      call(4, 5, { kind: 'read' }, '200 sku 1/0/0 v1'),
      call(6, 7, { kind: 'read' }, '200 sku 2/0/0 v2'),
    ],
  ],
  [
    'a receipt of unknown outcome that never happened',
    [opened, call(2, 3, receive, null), call(4, 5, { kind: 'read' }, '200 sku 1/0/0 v1')],
  ],
];

const FALSE: readonly (readonly [string, readonly StockCall[]])[] = [
  ['one unit sold twice', [opened, call(2, 9, place('o-1'), PLACED), call(2, 9, place('o-2'), PLACED)]],
  [
    'a refusal before the sale was asked for',
    [opened, call(2, 3, place('o-2'), SOLD_OUT), call(4, 5, place('o-1'), PLACED)],
  ],
  ['a stale read', [opened, call(2, 3, place('o-1'), PLACED), call(4, 5, { kind: 'read' }, '200 sku 1/0/0 v1')]],
  [
    'stock given back twice',
    [
      opened,
      call(2, 3, place('o-1'), PLACED),
      call(4, 5, cancel, CANCELLED),
      call(4, 5, cancel, CANCELLED),
      call(6, 7, { kind: 'read' }, '200 sku 2/0/0 v4'),
    ],
  ],
  [
    'a receipt of unknown outcome that happened twice',
    [opened, call(2, 3, receive, null), call(4, 5, { kind: 'read' }, '200 sku 3/0/0 v3')],
  ],
  [
    'a receipt of unknown outcome before it was asked for',
    [opened, call(2, 3, { kind: 'read' }, '200 sku 2/0/0 v2'), call(4, 5, receive, null)],
  ],
  [
    'an acknowledged order that is gone',
    [
      opened,
      call(2, 3, place('o-1'), PLACED),
      call(4, 5, { kind: 'read_order', orderId: 'o-1' }, '404 order_not_found'),
    ],
  ],
  [
    'two readers who saw two writes in two orders',
    [
      opened,
      call(2, 9, receive, '200 sku 3/0/0 v3'),
      call(2, 9, { ...receive, quantity: 2 } as Question, '200 sku 4/0/0 v3'),
      call(3, 4, { kind: 'read' }, '200 sku 2/0/0 v2'),
    ],
  ],
];

describe('the search for an order of one SKU', () => {
  it.each(TRUE)('finds one for %s', (_, calls) => {
    expect(linearize(calls, STOCK_MODEL)).not.toBeNull();
  });

  it.each(FALSE)('finds none for %s', (_, calls) => {
    expect(linearize(calls, STOCK_MODEL)).toBeNull();
  });

  it('says so when it is given more than it can search', () => {
    const calls = Array.from({ length: CALLS_MAX + 1 }, (_, i) => call(i, i, { kind: 'read' }, '404 sku_not_found'));
    expect(() => linearize(calls, STOCK_MODEL)).toThrow(/at most 60 calls, not 61/);
  });
});

const orderId = fc.constantFrom('o-1', 'o-2', 'o-3');
const question: fc.Arbitrary<Question> = fc.oneof(
  fc.record({ kind: fc.constant('read' as const) }),
  fc.record({
    kind: fc.constant('receive' as const),
    quantity: fc.integer({ min: 1, max: 3 }),
    key: fc.constantFrom(null, 'k-1'),
  }),
  fc.record({
    kind: fc.constant('adjust' as const),
    delta: fc.integer({ min: -2, max: 1 }),
    onHand: fc.constant(null),
  }),
  fc.record({
    kind: fc.constant('place' as const),
    orderId,
    quantity: fc.integer({ min: 1, max: 3 }),
    cash: fc.boolean(),
  }),
  fc.record({
    kind: fc.constantFrom('read_order' as const, 'confirm' as const, 'cancel' as const, 'ship' as const),
    orderId,
  }),
);

/** One after another by the model, each at its own moment, `n` for the n-th; asked up to 6 before it and answered up to 6 behind it. */
const histories = fc
  .array(fc.tuple(question, fc.nat(6), fc.nat(6), fc.integer({ min: 0, max: 9 })), { minLength: 5, maxLength: 40 })
  .map((asked) => {
    let state: Stock = STOCK_MODEL.step(STOCK_MODEL.initial, { kind: 'create', onHand: 3 }).state;
    const calls: StockCall[] = [call(-9, -8, { kind: 'create', onHand: 3 }, skuAnswer(201, false, state))];
    for (const [n, [what, before, behind, luck]] of asked.entries()) {
      const step = STOCK_MODEL.step(state, what);
      state = step.state;
      calls.push(call(n - before, n + behind + 0.5, what, luck === 0 ? null : step.answer));
    }
    return { calls, state };
  });

describe('any history made of one that went one after another', () => {
  it('law: is accepted, however the calls overlap and whichever answers are lost', () => {
    fc.assert(fc.property(histories, ({ calls }) => linearize(calls, STOCK_MODEL) !== null));
  });

  it('law: is rejected with a last read of another state', () => {
    fc.assert(
      fc.property(histories, ({ calls, state }) => {
        const end = 1000;
        const sure = calls.filter(({ answer }) => answer !== null);
        // With no outcome unknown there is one state at the end, and a read behind it all sees that one.
        fc.pre(sure.length === calls.length);
        const seen = { ...state, onHand: state.onHand + 1 };
        const read = call(end, end + 1, { kind: 'read' }, skuAnswer(200, false, seen));
        return linearize([...calls, read], STOCK_MODEL) === null;
      }),
    );
  });

  it('law: is rejected with an answer that no state gives', () => {
    fc.assert(
      fc.property(histories, fc.nat(), ({ calls }, at) => {
        const i = at % calls.length;
        const wrong = calls.map((one, j) => (j === i ? { ...one, answer: '200 sku 99/0/0 v99' } : one));
        return linearize(wrong, STOCK_MODEL) === null;
      }),
    );
  });
});
