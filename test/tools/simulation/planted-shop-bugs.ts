/** Bugs to plant in carts, the checkout and the waiting line; as in `planted-bugs.ts`. */
import type { PlantedBug } from './planted-bugs.ts';

const CHECKOUT = 'src/shop/carts/checkout.ts';
const CARTS = 'src/shop/carts/commands.ts';
const KEPT = 'src/keeper/kept.ts';
const CART_RULES = 'src/shop/carts/rules.ts';
const LINE = 'src/keeper/waiting/waiting-line.ts';
const PATIENCE = 'src/keeper/waiting/patience.ts';
const ASKERS = 'src/keeper/waiting/askers.ts';
const IN_FLIGHT = 'src/keeper/in-flight.ts';
const KEEPER = 'src/keeper/keeper.ts';

export const PLANTED_SHOP_BUGS: readonly PlantedBug[] = [
  {
    name: 'a refused checkout empties the cart',
    changes: [
      {
        file: CHECKOUT,
        text: "if (answer.outcome.kind === 'order_placed') {",
        instead: "if (answer.outcome.kind === 'order_placed' || answer.outcome.kind === 'insufficient_stock') {",
      },
    ],
  },
  {
    name: 'a checkout leaves the cart as it was',
    changes: [
      {
        file: CHECKOUT,
        text: "if (answer.outcome.kind === 'order_placed') {",
        instead: 'if (answer === null) {',
      },
    ],
  },
  {
    name: 'a checkout buys what was added meanwhile',
    changes: [
      {
        file: CHECKOUT,
        text: 'const lines = stillSelected(picked(cart, turn), cart);',
        instead: 'void [stillSelected, picked]; const lines = selectedLines(cart);',
      },
    ],
  },
  {
    name: 'a checkout keeps what it picked from a cart that never came to be',
    changes: [
      {
        file: KEPT,
        text: 'return this.#restsOn.some(isLost) ? null : this.#lines;',
        instead: 'void isLost; return this.#lines;',
      },
    ],
  },
  {
    name: 'a checkout takes out lines whole, quantity added meanwhile with them',
    changes: [
      {
        file: CART_RULES,
        text: 'const quantity = line.quantity - (gone.get(line.skuId) ?? 0);',
        instead: 'const quantity = gone.has(line.skuId) ? 0 : line.quantity;',
      },
    ],
  },
  {
    name: 'a cart edit decided on an old version is written over a newer one',
    changes: [
      {
        file: 'test/support/memory-store.ts',
        text: 'carts.every(({ id, basis }) => (this.cartRows.get(id)?.version ?? null) === basis) &&',
        instead: '',
      },
    ],
  },
  {
    name: 'a merge leaves the other cart as it was',
    changes: [
      {
        file: CARTS,
        text: "if (taken.kind === 'changed') turn.tellCart(from, { type: 'hand_over', at: turn.at });",
        instead: '',
      },
    ],
  },
  {
    name: 'whoever has just come takes what others wait for',
    changes: [
      {
        file: PATIENCE,
        text: 'return this.#line.ahead(skuId, this.#waiter);',
        instead: 'return this.#waiter === null ? 0 : this.#line.ahead(skuId, this.#waiter);',
      },
    ],
  },
  {
    name: 'who waits takes what those ahead wait for',
    changes: [
      {
        file: PATIENCE,
        text: 'return this.#line.ahead(skuId, this.#waiter);',
        instead: 'return this.#waiter !== null ? 0 : this.#line.ahead(skuId, this.#waiter);',
      },
    ],
  },
  {
    name: 'a waiter gives up its place when it is refused again',
    changes: [
      {
        file: PATIENCE,
        text: 'if (this.#waiter === null) {\n      if (this.#line.isFull)',
        instead: 'if (this.#waiter !== null) this.end();\n    {\n      if (this.#line.isFull)',
      },
    ],
  },
  {
    name: 'stock that comes back wakes nobody',
    changes: [
      {
        file: LINE,
        text: 'this.stir(sku.id, available(sku));',
        instead: 'void available;',
      },
    ],
  },
  {
    name: 'a lost reservation wakes nobody',
    changes: [
      {
        file: LINE,
        text: 'for (const { id } of facts.skus) this.stir(id, null);',
        instead: 'void facts;',
      },
    ],
  },
  {
    name: 'who leaves the line wakes nobody behind',
    changes: [
      {
        file: KEEPER,
        text: 'for (const skuId of patience.end()) {',
        instead: 'patience.end(); for (const skuId of [] as string[]) {',
      },
    ],
  },
  {
    name: 'memory that starts over wakes nobody',
    changes: [
      {
        file: KEEPER,
        text: "this.#line.wakeAll('again');",
        instead: '',
      },
    ],
  },
  {
    name: 'the gone are served',
    changes: [
      {
        file: PATIENCE,
        text: 'return this.#waiter !== null && this.askers.areGone;',
        instead: 'return false;',
      },
      {
        file: 'src/keeper/attempts.ts',
        text: "if (woken === 'dropped') return refused;",
        instead: 'void refused;',
      },
    ],
  },
  {
    name: 'the gone keep their place',
    changes: [
      {
        file: ASKERS,
        text: "signal?.addEventListener('abort', gone);",
        instead: '',
      },
    ],
  },
  {
    name: 'whose time is up waits on',
    changes: [
      {
        file: ASKERS,
        text: 'asker.isLate = true;',
        instead: '',
      },
    ],
  },
  {
    name: 'who is served is counted ahead of others as well',
    changes: [
      {
        file: 'src/keeper/waiting/waiter.ts',
        text: 'return isServed(waiter) ? 0 : (waiter.needs.get(skuId) ?? 0);',
        instead: 'void isServed; return waiter.needs.get(skuId) ?? 0;',
      },
    ],
  },
  {
    name: 'a repeat that records its key counts as served',
    changes: [
      {
        file: 'src/keeper/decider.ts',
        text: 'if (turn.asked !== null) patience.served(turn.asked, entry);',
        instead: "if (answer.outcome.kind === 'order_placed') patience.served(turn.asked ?? [], entry);",
      },
    ],
  },
  {
    name: 'the gone hold up others until their turn comes',
    changes: [
      {
        file: PATIENCE,
        text: 'else this.#line.giveWay(waiter);',
        instead: '',
      },
    ],
  },
  {
    name: 'who is awake when the keeper closes is told that its time is up',
    changes: [
      {
        file: PATIENCE,
        text: "if (this.#line.isClosed) return 'line_closed';",
        instead: "if (this.#line.isClosed) return 'refused';",
      },
    ],
  },
  {
    name: 'a waiter stands only in the lines of what it asked for first',
    changes: [
      {
        file: LINE,
        text: 'waiter.needs = needsOf(asked);\n    this.#standInLines(waiter);',
        instead: 'waiter.needs = needsOf(asked);',
      },
    ],
  },
  {
    name: 'who asks for less than before wakes nobody behind',
    changes: [
      {
        file: LINE,
        text: 'for (const [skuId, units] of before) if (unitsOf(waiter, skuId) < units) this.stir(skuId, null);',
        instead: 'void before;',
      },
    ],
  },
  {
    name: 'a repeat is decided beside the first, and waits in a place of its own',
    changes: [
      {
        file: IN_FLIGHT,
        text: 'return first === null ? null : { joins: first };',
        instead: 'return null;',
      },
    ],
  },
  {
    name: 'another request under a key in flight is carried out',
    changes: [
      {
        file: IN_FLIGHT,
        text: 'if (!isSame) return { refusal: name.reused };',
        instead: 'if (!isSame) continue;',
      },
    ],
  },
  {
    name: 'who has joined is dropped with the first',
    changes: [
      {
        file: ASKERS,
        text: "this.#remove(asker);\n      asker.ear.hear({ kind: 'answer', answer: this.#refused });",
        instead: "for (const one of this.#takeAll()) one.ear.hear({ kind: 'answer', answer: this.#refused });",
      },
    ],
  },
  {
    name: 'a repeat hears a refusal that was decided before it was asked',
    changes: [
      {
        file: ASKERS,
        text: 'return isForAll || isOfLaterTurn ?',
        instead: 'return isForAll || !isOfLaterTurn || isOfLaterTurn ?',
      },
    ],
  },
  {
    name: 'a key remembers a refusal',
    changes: [
      {
        file: 'src/keeper/decide.ts',
        text: 'if (isDone(answer.outcome)) {',
        instead: "if (answer.outcome.kind !== 'insufficient_stock') {",
      },
    ],
  },
  {
    name: 'closing forgets who waits',
    changes: [
      {
        file: LINE,
        text: "this.wakeAll('closing');",
        instead: '',
      },
    ],
  },
];
