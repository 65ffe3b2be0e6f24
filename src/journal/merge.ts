/**
 * What one transaction writes for a batch: each row once, as it is after its last change and based on the version
 * before its first change, and all lines of ledgers.
 */
import { assert } from '../lib/assert.ts';
import type { Change, Fact } from '../shop/facts.ts';
import { eachKind, KIND_NAMES, type KindName } from '../shop/kind-names.ts';
import type { Movement } from '../shop/skus/sku.ts';
import type { Batch } from './record.ts';

/**
 * The last change of each row, based on the version before its first change. Changes are grouped by kind and sorted by
 * id, so that two writers on one database lock rows in the same order.
 */
export type Merged = Changes & { readonly movements: readonly Movement[] };

type Changes = { readonly [K in KindName]: readonly Change<K>[] };

type ById = { readonly [K in KindName]: Map<string, Change<K>> };

/**
 * Merges a batch. Throws `Bug` when two entries do not build on each other, because one owner cannot decide twice on
 * one version.
 */
export function merge(batch: Batch): Merged {
  const byId = eachKind<ById>(() => new Map());
  const movements: Movement[] = [];
  for (const facts of batch) {
    for (const kind of KIND_NAMES) mergeKind(byId[kind], facts[kind], movements);
  }
  return {
    ...eachKind<Changes>((kind) => sorted(byId[kind]) as readonly unknown[] as Changes[typeof kind]),
    movements,
  };
}

function mergeKind<K extends KindName>(
  changes: Map<string, Change<K>>,
  facts: readonly Fact<K>[],
  movements: Movement[],
): void {
  for (const { id, basis, row, isWhole, movement = null } of facts) {
    const earlier = changes.get(id);
    if (earlier === undefined) changes.set(id, { id, basis, row, isWhole });
    else changes.set(id, { id, basis: basisOf(earlier, basis), row, isWhole: isWhole || earlier.isWhole });
    if (movement !== null) movements.push(movement);
  }
}

function basisOf<K extends KindName>({ id, basis: first, row }: Change<K>, basis: number | null): number | null {
  const version = row !== null && 'version' in row ? row.version : null;
  assert(basis === version, `${id} was decided on version ${basis} after version ${version}`);
  return first;
}

function sorted<T>(byId: ReadonlyMap<string, T>): T[] {
  return [...byId.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
