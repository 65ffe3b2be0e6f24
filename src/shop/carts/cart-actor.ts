/**
 * The actor that owns one cart. Its state is the cart after the last message and what it said to that message. As with
 * a SKU there is one state, so `fromTransition`, and `send` is synchronous: when it returns, `said` is the answer.
 */
import { type ActorRefFrom, createActor, fromTransition } from 'xstate';
import type { Cart } from './cart.ts';
import { type CartDecision, type CartMessage, decideCart } from './rules.ts';

interface CartActorState {
  readonly cart: Cart;
  readonly said: CartDecision;
}

const cartLogic = fromTransition(
  (state: CartActorState, message: CartMessage): CartActorState => {
    const said = decideCart(state.cart, message);
    return { cart: said.kind === 'changed' ? said.cart : state.cart, said };
  },
  ({ input }: { input: Cart }): CartActorState => ({ cart: input, said: { kind: 'unchanged', cart: input } }),
);

/** Keeps a throw in a rule from becoming an uncaught exception as well: `tellCart` hands it to the asker. */
const SEEN_BY_TELL = { error: () => {} };

export type CartActor = ActorRefFrom<typeof cartLogic>;

/** Starts the actor of a cart as it was stored, or before its first change. */
export function startCartActor(cart: Cart): CartActor {
  const actor = createActor(cartLogic, { input: cart });
  actor.subscribe(SEEN_BY_TELL);
  return actor.start();
}

/** The cart as of the actor's last message. */
export function cartOf(actor: CartActor): Cart {
  return actor.getSnapshot().context.cart;
}

/** Sends one message and returns what the actor decided. Throws what the rule threw, now and ever after. */
export function tellCart(actor: CartActor, message: CartMessage): CartDecision {
  actor.send(message);
  const { status, error, context } = actor.getSnapshot();
  // The one end it has: a rule that threw, or whoever stopped the actor.
  if (status !== 'active') throw error;
  return context.said;
}
