/** How large the scenarios are: short within `npm test`, as long as an environment variable says otherwise (`npm run test:long` sets them all). */

function size(name: string, short: number): number {
  const given = process.env[name];
  if (given === undefined || given === '') return short;
  const value = Number(given);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} is ${given}: it must be a positive integer`);
  return value;
}

/** Orders that are cancelled from two processes at once. */
export const CANCEL_ROUNDS = size('CANCEL_ROUNDS', 20);
/** Times that the last units are fought for. */
export const LAST_UNITS_ROUNDS = size('LAST_UNITS_ROUNDS', 1);
/** Whether the figures are worth printing. */
/** Edits of each of 64 clients on one cart. */
export const CART_EDITS = size('CART_EDITS', 20);

/** Rounds in which the service is killed between a checkout and its answer. */
export const CHECKOUT_KILLS = size('CHECKOUT_KILLS', 2);

export const LONG = ['CANCEL_ROUNDS', 'LAST_UNITS_ROUNDS', 'CART_EDITS', 'CHECKOUT_KILLS'].some(
  (name) => process.env[name],
);

/** Prints the figures of a long run. */
export function figures(words: string): void {
  if (LONG) console.log(words);
}
