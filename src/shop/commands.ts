/** Everything the keeper can be asked: one entry per kind of command. */

import { assert } from '../lib/assert.ts';
import { CART_RULES, type CartCommand } from './carts/commands.ts';
import type { CommandRule, RulesOf } from './command-rule.ts';
import { ORDER_RULES, type OrderCommand } from './orders/commands.ts';
import { PRODUCT_RULES, type ProductCommand } from './products/commands.ts';
import { SKU_RULES, type SkuCommand } from './skus/commands.ts';
import type { Turn } from './turn.ts';
import { type Conditional, isConditional, type StaleVersion } from './versions.ts';

type Said = SkuCommand | OrderCommand | CartCommand | ProductCommand;

/** A command, with the version that it asks for, if any. */
export type Command = Said & Conditional;

export const COMMANDS: RulesOf<Said> = { ...SKU_RULES, ...ORDER_RULES, ...CART_RULES, ...PRODUCT_RULES };

type Of<K extends Said['kind']> = Extract<Said, { readonly kind: K }>;

/** The rule of a command. */
export const ruleOf = <K extends Said['kind']>({ kind }: { readonly kind: K }): CommandRule<Of<K>> => COMMANDS[kind];

/**
 * Why a command may not be carried out at the version that it asks for; `null` when it may. Called in the command's
 * turn before anything else is decided, so that nothing comes between the check and the change. Throws `Bug` when the
 * command is not about one thing with a version.
 */
export function staleVersion(command: Command, turn: Turn): StaleVersion | null {
  if (!isConditional(command)) return null;
  const { stale } = ruleOf(command);
  assert(stale !== undefined, `${command.kind} is about nothing that has one version`);
  return stale(command, turn);
}
