/** The reference model in the form that the search for an order needs: commands of the keeper, all at one time. */
import { isDeepStrictEqual } from 'node:util';
import type { Command } from '../../src/shop/commands.ts';
import type { Answer } from '../../src/shop/outcome.ts';
import type { Call, Model } from '../tools/histories/wing-gong.ts';
import { EMPTY_WORLD, step, type World } from './model.ts';

export type CommandCall = Call<Command, Answer>;

/**
 * The calls that some order must explain. A request for an order is refused while another request for that order is in
 * flight. Such a refusal changes nothing, and the other request need not have placed anything.
 */
export const withoutRivals = (calls: readonly CommandCall[]): readonly CommandCall[] =>
  calls.filter(
    (call) => call.answer?.outcome.kind !== 'order_id_reused' || !calls.some((other) => isRival(call, other)),
  );

function isRival(call: CommandCall, other: CommandCall): boolean {
  const [mine, its] = [call.question, other.question];
  const isOther = 'fingerprint' in mine && 'fingerprint' in its && mine.fingerprint !== its.fingerprint;
  return isOther && mine.orderId === its.orderId && other.called < call.answered && call.called < other.answered;
}

/** All turns are at `at`, milliseconds since the Unix epoch. */
export function worldModel(at: number): Model<World, Command, Answer> {
  return {
    initial: EMPTY_WORLD,
    step(world, command) {
      const { world: state, outcome, replayed } = step(world, command, at);
      return { state, answer: { outcome, replayed } };
    },
    isSame: isDeepStrictEqual,
    fingerprint: ({ skus, orders, carts }) =>
      JSON.stringify([[...skus.values()], [...orders.values()], [...carts.values()]].map((rows) => rows.sort(byId))),
  };
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}
