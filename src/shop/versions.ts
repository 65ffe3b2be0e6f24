/**
 * At which versions a command may be carried out, and the refusal otherwise. A row that does not exist is at version 0.
 */

/** A version, several versions, or `*`: any version of a row that exists. */
export type Versions = number | readonly number[] | '*';

/** The condition that any command may carry; `null` and absent both mean no condition. */
export interface Conditional {
  /** Refuses with `stale_version` unless the row that the command is about is at one of these versions. */
  readonly ifVersion?: Versions | null;
  /** Refuses with `stale_version` when that row is at one of these versions. */
  readonly ifNotVersion?: Versions | null;
}

/**
 * The refusal; nothing was decided. It names the row that the command is about, the version it is at, and the versions
 * that were expected or unexpected.
 */
export type Stale<Id extends string> = Readonly<Record<Id, string>> & {
  readonly kind: 'stale_version';
  readonly expected?: Versions;
  readonly unexpected?: Versions;
  readonly version: number;
};

export type StaleVersion = Stale<'skuId'> | Stale<'orderId'> | Stale<'cartId'> | Stale<'productId'>;

/** Whether the command has a condition at all. */
export const isConditional = ({ ifVersion = null, ifNotVersion = null }: Conditional): boolean =>
  ifVersion !== null || ifNotVersion !== null;

/** Why the row that was found, or was not found, does not meet the condition; `null` when it does. */
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
