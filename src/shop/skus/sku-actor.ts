/**
 * The actor that owns one SKU. Its state is the SKU after the last message, and what it said to that message. It has
 * one state, so it uses `fromTransition`: a machine would cost ten times as much per message and say nothing more.
 * `send` is synchronous: when it returns, `said` is the answer. A rule that throws (`Bug`) leaves the actor in `error`
 * for good. That message and every later one throw, so that an earlier answer is never taken for the answer to them,
 * and the resident must be thrown away.
 */
import { type ActorRefFrom, createActor, fromTransition } from 'xstate';
import { decideStock, type StockDecision, type StockMessage } from './rules.ts';
import type { Sku } from './sku.ts';

interface SkuActorState {
  readonly sku: Sku;
  readonly said: StockDecision;
}

const skuLogic = fromTransition(
  (state: SkuActorState, message: StockMessage): SkuActorState => {
    const said = decideStock(state.sku, message);
    return { sku: said.kind === 'moved' ? said.sku : state.sku, said };
  },
  ({ input }: { input: Sku }): SkuActorState => ({ sku: input, said: { kind: 'unchanged', sku: input } }),
);

/** Keeps a throw in a rule from also becoming an uncaught exception. `tellSku` hands it to the asker. */
const SEEN_BY_TELL = { error: () => {} };

export type SkuActor = ActorRefFrom<typeof skuLogic>;

/** Starts the actor of a SKU as it was stored or opened. */
export function startSkuActor(sku: Sku): SkuActor {
  const actor = createActor(skuLogic, { input: sku });
  actor.subscribe(SEEN_BY_TELL);
  return actor.start();
}

/** The SKU as of the actor's last message. */
export function skuOf(actor: SkuActor): Sku {
  return actor.getSnapshot().context.sku;
}

/** Sends one message and returns what the actor decided. Throws what the rule threw, now and at every later message. */
export function tellSku(actor: SkuActor, message: StockMessage): StockDecision {
  actor.send(message);
  const { status, error, context } = actor.getSnapshot();
  // An actor ends in one of two ways: a rule threw, or it was stopped.
  if (status !== 'active') throw error;
  return context.said;
}
