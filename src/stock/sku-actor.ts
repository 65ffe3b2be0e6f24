/**
 * The actor that owns one SKU. Its state is the SKU after the last message and what it said to that message.
 * One state, so `fromTransition`: a machine would cost ten times as much per message and say nothing more.
 * `send` is synchronous: when it returns, `said` is the answer.
 */
import { type ActorRefFrom, createActor, fromTransition } from 'xstate';
import { decideStock, type StockDecision, type StockMessage } from './decide.ts';
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

export type SkuActor = ActorRefFrom<typeof skuLogic>;

/** Starts the actor of a SKU as it was stored or opened. */
export function startSkuActor(sku: Sku): SkuActor {
  return createActor(skuLogic, { input: sku }).start();
}

/** The SKU as of the actor's last message. */
export function skuOf(actor: SkuActor): Sku {
  return actor.getSnapshot().context.sku;
}

/** Sends one message and returns what the actor decided. */
export function tellSku(actor: SkuActor, message: StockMessage): StockDecision {
  actor.send(message);
  return actor.getSnapshot().context.said;
}
