/** At which versions a command may be carried out, and what it is told otherwise. */

/** A version, several of them, or `*`: whichever it is at, as long as it is there. */
export type Versions = number | readonly number[] | '*';

/** What any command may carry; `null`, or nothing, does not ask. */
export interface Conditional {
  /** Refuses with `stale_version` unless what the command is about is at one of these. */
  readonly ifVersion?: Versions | null;
  /** Refuses with `stale_version` when it is at one of these. */
  readonly ifNotVersion?: Versions | null;
}

/** Nothing was decided. It names what the command is about, the version that this is at, and those that it was to be at, or not to be at. */
export type Stale<Id extends string> = Readonly<Record<Id, string>> & {
  readonly kind: 'stale_version';
  readonly expected?: Versions;
  readonly unexpected?: Versions;
  readonly version: number;
};

export type StaleVersion = Stale<'skuId'> | Stale<'orderId'> | Stale<'cartId'> | Stale<'productId'>;
