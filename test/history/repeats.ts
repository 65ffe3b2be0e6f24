/** The same question has the same answer: repeats under an order's id or an idempotency key, and cancels of one order. */
import { isDeepStrictEqual } from 'node:util';
import { type Act, told } from './act.ts';
import type { Violations } from './violations.ts';

/** Members of a problem that name the request and not the answer. */
const OF_THE_REQUEST = ['instance', 'requestId'];

export function checkRepeats(acts: readonly Act[], violations: Violations): void {
  const groups = Map.groupBy(acts.filter(isAnswered), questionOf);
  for (const [question, group] of groups) {
    if (question === null || group.length < 2) continue;
    const [first, ...others] = group as [Act, ...Act[]];
    for (const other of others) {
      if (!isDeepStrictEqual(answerIn(first), answerIn(other))) {
        violations.add(
          'repeat',
          () =>
            `${question}: ${told(first)} got ${first.operation.reply?.text}; ${told(other)} got ${other.operation.reply?.text}`,
        );
      }
    }
    const firsts = group.filter(
      ({ operation, asked }) => operation.reply?.replayed === false && asked.kind !== 'cancel',
    );
    if (firsts.length > 1) {
      violations.add(
        'repeat',
        () =>
          `${question}: ${firsts.length} answers, each as if it were the first: ${firsts.slice(0, 3).map(told).join('; ')}`,
      );
    }
  }
}

/** Lack of stock is decided afresh each time, and so is what was refused at the door. */
const NOT_REMEMBERED = new Set([
  'insufficient_stock',
  'not_on_hand',
  'below_reserved',
  'stale_version',
  'idempotency_key_reused',
]);

function isAnswered({ asked, fate, key, body }: Act): boolean {
  if (fate === 'done') return true;
  if (fate !== 'refused' || key === null || asked.kind === 'other' || body === null) return false;
  const { code, status } = body as { readonly code: string; readonly status: number };
  // Below 404 the request was never put before the keeper.
  return !NOT_REMEMBERED.has(code) && (status === 404 || status === 409 || status === 412 || status === 422);
}

function questionOf({ asked, key, fate }: Act): string | null {
  if (key !== null) return `key ${key}`;
  if (fate !== 'done') return null;
  if (asked.kind === 'place' && asked.orderId !== null) return `placing order ${asked.orderId}`;
  return asked.kind === 'cancel' ? `cancelling order ${asked.orderId}` : null;
}

function answerIn({ body }: Act): unknown {
  const entries = Object.entries(body as object).filter(([field]) => !OF_THE_REQUEST.includes(field));
  return Object.fromEntries(entries);
}
