/**
 * One small history on a keeper, in every order that a scheduler can find: arrivals, loads, commits and their failures.
 * Time stands still, so an answer consists of its words alone.
 */
import fc from 'fast-check';
import type { CommitResult } from '../../src/journal/record.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import type { Command } from '../../src/shop/commands.ts';
import type { LineRequest } from '../../src/shop/orders/order.ts';
import { MemoryStore } from './memory-store.ts';
import { AT } from './shop.ts';
import type { CommandCall } from './world-model.ts';

export const SKUS = ['A', 'B', 'C'] as const;
export const ORDERS = ['1', '2', '3'] as const;
/** The SKU with a limit for each customer. */
export const LIMITED = 'C';

/** Cash on delivery. */
export function placement(orderId: string, customerId: string | null, lines: readonly LineRequest[]): Command {
  return {
    kind: 'place',
    orderId,
    lines,
    payment: 'cash_on_delivery',
    customerId,
    freight: 0,
    expiresInSeconds: 900,
    fingerprint: JSON.stringify([customerId, lines]),
  };
}

/** What happens to one commit. */
export type Fate = 'committed' | 'aborted' | 'unknown_done' | 'unknown_not_done';

/** The fates of the commits of a history, repeated from the start. */
export const fates: fc.Arbitrary<readonly Fate[]> = fc.array(
  fc.constantFrom('committed', 'committed', 'committed', 'aborted', 'unknown_done', 'unknown_not_done'),
  { minLength: 5, maxLength: 12 },
);

/** A SKU to create. `maxPerCustomer` applies if it is `LIMITED`. */
export const opened = (id: string, maxPerCustomer: number | null): Command => ({
  kind: 'create_sku',
  sku: {
    id,
    productId: null,
    name: id,
    price: 100,
    currency: 'EUR',
    onHand: id === LIMITED ? 9 : 4,
    safetyStock: 0,
    backorderLimit: 0,
    maxPerOrder: null,
    maxPerCustomer: id === LIMITED ? maxPerCustomer : null,
  },
});

export interface Run {
  readonly calls: readonly CommandCall[];
  readonly unanswered: number;
  readonly seen: ReadonlySet<string>;
  /** What the keeper says about each SKU and order once nothing is under way, and what the database has. */
  readonly remembered: readonly unknown[];
  readonly stored: readonly unknown[];
}

/** Asks `before`, one after another, then `commands` at any time. */
export async function runHistory(
  s: fc.Scheduler,
  before: readonly Command[],
  commands: readonly Command[],
  fates: readonly Fate[],
  residentsMax: number,
): Promise<Run> {
  const store = new MemoryStore();
  const seen = new Set<string>();
  const turn = (label: string) => s.schedule(Promise.resolve(), label);
  store.gate = gateOf(store, fates, turn, seen);
  const keeper = new Keeper({
    store,
    lists: store,
    clock: () => AT,
    random: () => 0,
    pause: () => turn('pause'),
    schedule: (run) => void turn('tick').then(run),
    limits: { residentsMax, batchEntriesMax: 3, attemptsMax: 4 },
    observe: (observation) =>
      seen.add(observation.kind === 'batch_failed' && observation.behind > 0 ? 'lost_behind' : observation.kind),
  });
  const calls: CommandCall[] = [];
  let now = 0;
  let open = 0;
  const arrive = (asked: Command) => {
    open++;
    void turn('arrive').then(async () => {
      const called = now++;
      const answer = await keeper.ask(asked);
      seen.add(answer.outcome.kind);
      const isUnknown = answer.outcome.kind === 'unknown_outcome';
      calls.push({ question: asked, called, answered: now++, answer: isUnknown ? null : answer });
      open--;
    });
  };
  for (const asked of before) {
    arrive(asked);
    await s.waitIdle();
  }
  for (const asked of commands) arrive(asked);
  await s.waitIdle();
  store.gate = { before: () => undefined, after: () => undefined };
  const probes = [
    ...SKUS.map((id): Command => ({ kind: 'read_sku', skuId: id })),
    ...ORDERS.map((id): Command => ({ kind: 'read_order', orderId: id })),
  ].map((probe) => keeper.ask(probe));
  await s.waitIdle();
  const remembered = (await Promise.all(probes)).map(({ outcome }) =>
    outcome.kind === 'sku' ? outcome.sku : outcome.kind === 'order' ? outcome.order : outcome.kind,
  );
  const stored = [
    ...SKUS.map((id) => store.skuRows.get(id) ?? 'sku_not_found'),
    ...ORDERS.map((id) => store.orderRows.get(id) ?? 'order_not_found'),
  ];
  return { calls, unanswered: open, seen, remembered, stored };
}

/** Each call of the store begins and ends when the scheduler decides, and its result is its fate. */
export function gateOf(
  store: MemoryStore,
  fates: readonly Fate[],
  turn: (label: string) => Promise<unknown>,
  seen: Set<string> = new Set(),
): MemoryStore['gate'] {
  const failed = new Error('as planned');
  let commits = 0;
  return {
    async before(call) {
      await turn(`${call} begins`);
      if (call === 'load') {
        if (fates[(store.loads.length * 7) % fates.length] === 'aborted' && store.loads.length % 3 === 0) throw failed;
        return undefined;
      }
      const now = fates[commits % fates.length];
      seen.add(now ?? 'committed');
      if (now === 'aborted') return { kind: 'aborted', error: failed } satisfies CommitResult;
      if (now === 'unknown_not_done') return { kind: 'unknown', error: failed } satisfies CommitResult;
      return undefined;
    },
    async after(call) {
      await turn(`${call} ends`);
      return call === 'commit' && fates[commits++ % fates.length] === 'unknown_done'
        ? { kind: 'unknown', error: failed }
        : undefined;
    },
  };
}
