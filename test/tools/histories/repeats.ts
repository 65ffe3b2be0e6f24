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

/** A refusal is decided afresh each time. */
const isAnswered = ({ fate }: Act): boolean => fate === 'done';

function questionOf({ asked, key }: Act): string | null {
  if (key !== null) return `key ${key}`;
  if (asked.kind === 'place' && asked.orderId !== null) return `placing order ${asked.orderId}`;
  return asked.kind === 'cancel' ? `cancelling order ${asked.orderId}` : null;
}

function answerIn({ body }: Act): unknown {
  const entries = Object.entries(body as object).filter(([field]) => !OF_THE_REQUEST.includes(field));
  return Object.fromEntries(entries);
}
