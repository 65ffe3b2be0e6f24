/** Seeds that once found something, each with what it was: they are run again by every `npm test`. */
export const SEEDS: readonly { readonly seed: number; readonly found: string }[] = [];
