/** At which versions a command may be carried out, and what it is told otherwise. What is not there is at version 0. */

/** A version, several of them, or `*`: any version, as long as it is there. */
export type Versions = number | readonly number[] | '*';

/** What any command may carry; `null`, or nothing, does not ask. */
export interface Conditional {
  /** Refuses with `stale_version` unless what the command is about is at one of these. */
  readonly ifVersion?: Versions | null;
  /** Refuses with `stale_version` when it is at one of these. */
  readonly ifNotVersion?: Versions | null;
}

/**
 * Nothing was decided. It names what the command is about, the version that this is at, and those that it was to be at,
 * or not to be at.
 */
export type Stale<Id extends string> = Readonly<Record<Id, string>> & {
  readonly kind: 'stale_version';
  readonly expected?: Versions;
  readonly unexpected?: Versions;
  readonly version: number;
};

export type StaleVersion = Stale<'skuId'> | Stale<'orderId'> | Stale<'cartId'> | Stale<'productId'>;

/** Whether the command asks for a version at all. */
export const isConditional = ({ ifVersion = null, ifNotVersion = null }: Conditional): boolean =>
  ifVersion !== null || ifNotVersion !== null;

/** Why the thing that is found, or is not, is not at a version asked for; `null` when it is. */
export function unmet<Id extends string>(
  { ifVersion = null, ifNotVersion = null }: Conditional,
  about: Readonly<Record<Id, string>>,
  found: { readonly version: number } | null,
): Stale<Id> | null {
  const version = found?.version ?? 0;
  const isAmong = (versions: Exclude<Versions, '*'>) => [versions].flat().includes(version);
  if (ifVersion !== null && !(ifVersion === '*' ? found !== null : isAmong(ifVersion))) {
    return { kind: 'stale_version', ...about, expected: ifVersion, version };
  }
  if (ifNotVersion !== null && found !== null && (ifNotVersion === '*' || isAmong(ifNotVersion))) {
    return { kind: 'stale_version', ...about, unexpected: ifNotVersion, version };
  }
  return null;
}
