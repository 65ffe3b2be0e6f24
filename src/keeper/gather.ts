/**
 * What a command must have in memory before its turn. There are two steps: first what it names, then the SKUs it works
 * on. A stored order or cart names its SKUs only once it is read, so both steps run again after every load. The lines
 * are counted between the steps, so a command that would work on more lines than may be in flight is refused before any
 * of their SKUs is loaded.
 */
import { type Command, ruleOf } from '../shop/commands.ts';
import type { Idempotency } from '../shop/idempotency.ts';
import type { Known } from '../shop/kind-names.ts';
import type { Pins } from './memory/pins.ts';

/** Nothing is in memory for the command at admission. */
const NOTHING: Known = { find: () => null };

/** Lines that the command works on, as far as the command itself says; at least 1. */
export const linesAsked = (command: Command): number => linesOf(command, NOTHING);

/** Lines that the command works on, as far as is known now; at least 1. Grows when a stored order or cart is read. */
export const linesOf = (command: Command, known: Known): number =>
  Math.max(1, ruleOf(command).lines(command, known).length);

/**
 * Pins what the command names, and its key. `isSeen`: the command has waited in line, where others can see its order id
 * and may have asked for it or used it.
 */
export function pinNamed(command: Command, idempotency: Idempotency | null, isSeen: boolean, pins: Pins): void {
  if (idempotency !== null) pins.pin('keys', idempotency.key);
  for (const { kind, id, isNew = false } of ruleOf(command).needs(command)) {
    if (isNew && !isSeen) pins.pinNew(kind, id);
    else pins.pin(kind, id);
  }
}

/** Pins the SKUs that the command works on, as far as they are known. `Pins.loading` says when to call this again. */
export function pinSkus(command: Command, pins: Pins): void {
  const { lines, customer } = ruleOf(command);
  const customerId = customer?.(command) ?? null;
  for (const { skuId } of lines(command, pins)) {
    pins.pin('skus', skuId);
    // What the customer has of a SKU matters only if that is limited, which is known once the SKU is in memory.
    if (customerId !== null && (pins.find('skus', skuId)?.maxPerCustomer ?? null) !== null) {
      pins.pinStanding(customerId, skuId);
    }
  }
}
