/** Cancel, confirm, ship and expiry of one order in every order that a scheduler can think of, with the clock in the scheduler's hand too: one of them wins. */
import fc from 'fast-check';
import { Keeper } from '../../../src/keeper/keeper.ts';
import type { Command } from '../../../src/shop/commands.ts';
import type { Order } from '../../../src/shop/orders/order.ts';
import { MemoryStore } from '../../support/memory-store.ts';

const AT = 1_700_000_000_000;
const EXPIRES_IN_S = 900;
const ORDER = 'o';

type Verb = 'confirm' | 'cancel' | 'expire' | 'ship' | 'read_order';
type Act = { readonly fromExpiry: number } | Verb;

/** To the edge and over it: where the clock may stand, milliseconds from the order's expiry. */
const clock: fc.Arbitrary<Act> = fc.constantFrom(-1000, -1, 0, 1, 1000).map((fromExpiry) => ({ fromExpiry }));
const verb: fc.Arbitrary<Act> = fc.constantFrom('confirm', 'cancel', 'expire', 'ship', 'read_order');

/** Runs so many interleavings. Answers what broke in the smallest that broke, and how the orders of all have ended. */
export async function oneWinner(
  runs: number,
): Promise<{ readonly violations: string[]; readonly endings: ReadonlySet<string> }> {
  const endings = new Set<string>();
  const acts: fc.Arbitrary<Act[]> = fc.array(
    fc.oneof({ weight: 3, arbitrary: verb }, { weight: 1, arbitrary: clock }),
    {
      minLength: 3,
      maxLength: 12,
    },
  );
  const result = await fc.check(
    fc.asyncProperty(fc.scheduler(), acts, async (s, asked) => {
      const { order, violations } = await race(s, asked);
      endings.add(order?.cancelReason ?? order?.status ?? 'none');
      if (violations.length > 0) throw new Error(violations.join('; '));
    }),
    { numRuns: runs },
  );
  return { violations: result.failed ? [fc.defaultReportMessage(result) ?? 'failed'] : [], endings };
}

async function race(
  s: fc.Scheduler,
  acts: readonly Act[],
): Promise<{ order: Order | undefined; violations: string[] }> {
  const store = new MemoryStore();
  const turn = (label: string) => s.schedule(Promise.resolve(), label);
  let now = AT;
  const keeper = new Keeper({
    store,
    lists: store,
    clock: () => now,
    random: () => 0,
    pause: () => turn('pause'),
    schedule: (run) => void turn('tick').then(run),
  });
  const open = [keeper.ask(OPENED), keeper.ask(PLACED)];
  await s.waitIdle();
  await Promise.all(open);
  store.gate = {
    before: async (call) => void (await turn(`${call} begins`)),
    after: async (call) => void (await turn(`${call} ends`)),
  };
  const expiresAt = AT + EXPIRES_IN_S * 1000;
  const answers: { readonly kind: string; readonly told: string; readonly order: Order | null }[] = [];
  for (const act of acts) {
    void turn('arrive').then(async () => {
      if (typeof act !== 'string') {
        // Time does not run backwards here; that clocks do is another fault.
        now = Math.max(now, expiresAt + act.fromExpiry);
        return;
      }
      const { outcome } = await keeper.ask(
        act === 'cancel' ? { kind: act, orderId: ORDER, reason: null } : { kind: act, orderId: ORDER },
      );
      answers.push({ kind: act, told: outcome.kind, order: 'order' in outcome ? outcome.order : null });
    });
  }
  await s.waitIdle();

  const order = store.orderRows.get(ORDER);
  const violations: string[] = [];
  const demand = (holds: boolean, words: string) => {
    if (!holds) violations.push(words);
  };
  const asked = acts.filter((act) => typeof act === 'string');
  demand(answers.length === asked.length, `${asked.length - answers.length} were never answered`);
  const kinds = store.ledger.map((movement) => movement.kind);
  const released = kinds.filter((kind) => kind === 'released').length;
  demand(released === (order?.status === 'cancelled' ? 1 : 0), `${order?.status}, released ${released} times`);
  const confirmed = answers.some(({ kind, told }) => kind === 'confirm' && told === 'order');
  const expired = order?.cancelReason === 'expired';
  demand(!(confirmed && expired), 'confirmed, and expired all the same');
  demand(!expired || (order?.updatedAt ?? 0) >= expiresAt, 'expired before its time');
  for (const { kind, told, order: body } of answers) {
    demand(kind !== 'confirm' || told !== 'order' || body?.status !== 'pending', 'a confirmation leaves it pending');
    const late = kind === 'confirm' && body?.status === 'confirmed' && body.updatedAt >= expiresAt;
    demand(!late, 'confirmed when its time was over');
    demand(kind !== 'cancel' || told === 'order' || told === 'order_shipped', `a cancel is answered ${told}`);
  }
  const cancels = answers
    .filter(({ kind, told }) => kind === 'cancel' && told === 'order')
    .map(({ order: body }) => JSON.stringify(body));
  demand(new Set(cancels).size <= 1, `cancels are answered differently: ${cancels.join(' ')}`);
  const onHand = store.skuRows.get('A');
  const holds = order?.status === 'pending' || order?.status === 'confirmed' ? 1 : 0;
  demand(onHand?.reserved === holds, `${order?.status}, ${onHand?.reserved} reserved`);
  return { order, violations };
}

const OPENED: Command = {
  kind: 'create_sku',
  sku: {
    id: 'A',
    productId: null,
    name: 'A',
    price: 1,
    currency: 'EUR',
    onHand: 1,
    safetyStock: 0,
    backorderLimit: 0,
    maxPerOrder: null,
    maxPerCustomer: null,
  },
};

const PLACED: Command = {
  kind: 'place',
  orderId: ORDER,
  lines: [{ skuId: 'A', quantity: 1 }],
  payment: 'online',
  customerId: null,
  freight: 0,
  expiresInSeconds: EXPIRES_IN_S,
  fingerprint: 'f',
};
