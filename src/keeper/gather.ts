/**
 * What a command must have in memory before its turn, in two steps: what it names, then the SKUs that it works on. A
 * stored order or cart tells only when it is read which SKUs these are, so both steps are asked again after every load.
 * Between the steps the lines are counted: a command that would work on more lines than may be in flight is refused
 * before any of their SKUs is loaded.
 */
import { type Command, ruleOf } from '../shop/commands.ts';
import type { Idempotency } from '../shop/idempotency.ts';
import type { Known } from '../shop/kind-names.ts';
import type { Pins } from './memory/pins.ts';

/** At admission nothing is in memory for the command yet. */
const NOTHING: Known = { find: () => null };

/** Lines that the command works on, as far as it says so itself; at least 1. */
export const linesAsked = (command: Command): number => linesOf(command, NOTHING);

/**
 * Lines that the command works on, as far as is known by now; at least 1. It grows when a stored order or cart is read.
 */
export const linesOf = (command: Command, known: Known): number =>
  Math.max(1, ruleOf(command).lines(command, known).length);

/**
 * Pins what the command names, and its key. `isSeen`: it waits in line, where others see its id, and may have asked for
 * it, or used it.
 */
export function pinNamed(command: Command, idempotency: Idempotency | null, isSeen: boolean, pins: Pins): void {
  if (idempotency !== null) pins.pin('keys', idempotency.key);
  for (const { kind, id, isNew = false } of ruleOf(command).needs(command)) {
    if (isNew && !isSeen) pins.pinNew(kind, id);
    else pins.pin(kind, id);
  }
}

/** Pins the SKUs that the command works on, as far as they are known; `Pins.loading` tells when to ask again. */
export function pinSkus(command: Command, pins: Pins): void {
  const { lines, customer } = ruleOf(command);
  const customerId = customer?.(command) ?? null;
  for (const { skuId } of lines(command, pins)) {
    pins.pin('skus', skuId);
    // What the customer has of it, where that is limited: known once the SKU is in memory.
    if (customerId !== null && (pins.find('skus', skuId)?.maxPerCustomer ?? null) !== null) {
      pins.pinStanding(customerId, skuId);
    }
  }
}
