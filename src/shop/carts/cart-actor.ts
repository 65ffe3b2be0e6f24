/**
 * The actor that owns one cart. Its state is the cart after the last message, and what it said to that message. Like a
 * SKU's actor it has one state, so it uses `fromTransition`. `send` is synchronous: when it returns, `said` is the
 * answer.
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

/** Keeps a throw in a rule from also becoming an uncaught exception. `tellCart` hands it to the asker. */
const SEEN_BY_TELL = { error: () => {} };

export type CartActor = ActorRefFrom<typeof cartLogic>;

/** Starts the actor of a cart, either as it was stored or empty. */
export function startCartActor(cart: Cart): CartActor {
  const actor = createActor(cartLogic, { input: cart });
  actor.subscribe(SEEN_BY_TELL);
  return actor.start();
}

/** The cart as of the actor's last message. */
export function cartOf(actor: CartActor): Cart {
  return actor.getSnapshot().context.cart;
}

/** Sends one message and returns what the actor decided. Throws what the rule threw, now and at every later message. */
export function tellCart(actor: CartActor, message: CartMessage): CartDecision {
  actor.send(message);
  const { status, error, context } = actor.getSnapshot();
  // An actor ends in one of two ways: a rule threw, or it was stopped.
  if (status !== 'active') throw error;
  return context.said;
}
