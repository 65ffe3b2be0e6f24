/** Words that the sentences of several problems share. */

import type { Shortage } from '../../shop/skus/sku.ts';
import type { StaleVersion } from '../../shop/versions.ts';

/** One sentence names at most this many faults. The facts list all of them. */
const NAMED_MAX = 3;

export const quoted = (text: string): string => JSON.stringify(text);

export function named<T>(faults: readonly T[], say: (fault: T) => string): string {
  const more = faults.length - NAMED_MAX;
  return faults.slice(0, NAMED_MAX).map(say).join('; ') + (more > 0 ? `; and ${more} more` : '');
}

export function shortageSentence({ skuId, available, ahead, requested }: Shortage): string {
  const waiting = ahead === undefined ? '' : ` (${ahead} of them are for those who wait)`;
  return `${quoted(skuId)} has ${Math.max(0, available)} available${waiting}, ${requested} requested`;
}

/**
 * Says what the precondition was about and which version it has. What does not exist is at version 0, and so is a SKU
 * that has never moved.
 */
export function staleSentence(refusal: StaleVersion): string {
  const { version, expected, unexpected } = refusal;
  const what =
    'skuId' in refusal
      ? `SKU ${quoted(refusal.skuId)}`
      : 'orderId' in refusal
        ? `Order ${quoted(refusal.orderId)}`
        : 'cartId' in refusal
          ? `Cart ${quoted(refusal.cartId)}`
          : `Product ${quoted(refusal.productId)}`;
  if (expected === undefined) {
    const named = unexpected === '*' ? 'and was not to be there' : 'which it was not to be at';
    return `${what} is at version ${version}, ${named}. Nothing was done.`;
  }
  if (expected === '*') return `${what} was to be there, and is not. Nothing was done.`;
  const at = version === 0 && !('skuId' in refusal) ? 'is not there, which is version 0' : `is at version ${version}`;
  return `${what} ${at}, not ${[expected].flat().join(' or ')}. Read it again, then decide again.`;
}
