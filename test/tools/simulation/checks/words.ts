/** Repeats are answered in equal words: by order id, by idempotency key, and every cancel of one order (I4, I7). */
import { isDeepStrictEqual } from 'node:util';
import type { Outcome } from '../../../../src/shop/outcome.ts';
import { type Asked, isFinal, isPlacement } from '../history.ts';
import type { World } from '../world.ts';

/** What a key remembers: that something was done. Whatever else is answered is decided afresh. */
export const DONE: readonly Outcome['kind'][] = ['sku', 'sku_created', 'order', 'order_placed', 'cart'];

export function checkWords(world: World): string[] {
  const final = world.history.filter(isFinal);
  const found: string[] = [];
  const group = (name: (asked: Asked, outcome: Outcome) => string | null) =>
    Map.groupBy(final, (asked) => (asked.answer === null ? null : name(asked, asked.answer.outcome)));
  const placed = group(({ command }, { kind }) =>
    isPlacement(command) && kind === 'order_placed' && !world.tainted.has(`order ${command.orderId}`)
      ? `placing of ${command.orderId}`
      : null,
  );
  const cancelled = group(({ command }, { kind }) =>
    command.kind === 'cancel' && kind === 'order' ? `cancel of ${command.orderId}` : null,
  );
  found.push(...unequal(placed), ...unequal(cancelled), ...twice(placed, 'I2'));
  // Where days pass, keys are forgotten.
  if (world.profile.faults.has('day_passes')) return found;
  found.push(...recordedTwice(world));
  const keyed = group(({ request }, { kind }) =>
    request.idempotency === null || !DONE.includes(kind) ? null : `key ${request.idempotency.key}`,
  );
  return [...found, ...unequal(keyed), ...twice(keyed, 'I2')];
}

function unequal(groups: Map<string | null, Asked[]>): string[] {
  return [...groups].flatMap(([name, [first, ...others]]) => {
    if (name === null) return [];
    const other = others.find(({ answer }) => !isDeepStrictEqual(answer?.outcome, first?.answer?.outcome));
    return other === undefined
      ? []
      : [`I4: ${name} is answered ${JSON.stringify(first?.answer)} and ${JSON.stringify(other.answer)}`];
  });
}

/** Only one of them is the first; the others are told that they repeat it. */
function twice(groups: Map<string | null, Asked[]>, law: string): string[] {
  return [...groups].flatMap(([name, asks]) => {
    const firsts = asks.filter(({ answer }) => answer?.replayed === false).length;
    return name === null || firsts <= 1 ? [] : [`${law}: ${name} is answered as the first time ${firsts} times`];
  });
}

/** The first answer under a key stays: it is written once, by whomever. */
function recordedTwice({ database }: World): string[] {
  const records = database.store.batches.flat().flatMap(({ keys }) => keys.map(({ id }) => id));
  const times = Map.groupBy(records, (key) => key);
  return [...times].flatMap(([key, all]) =>
    all.length === 1 ? [] : [`I2: key ${key} was recorded ${all.length} times`],
  );
}
