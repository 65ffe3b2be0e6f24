/** Integers that come as texts: query parameters, which are always texts, and cursors. */
import type { RequestPart } from './fields.ts';

const INTEGER = /^(0|[1-9][0-9]{0,9})$/;

/** The names of the integer fields of a query. */
export const integersOf = (query: RequestPart): string[] =>
  Object.entries<{ readonly type?: unknown }>(query.properties).flatMap(([name, { type }]) =>
    type === 'integer' ? [name] : [],
  );

/** Turns these fields into numbers where they spell an integer. The schema refuses everything else. */
export function readIntegers(fields: Record<string, unknown>, names: readonly string[]): void {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string' && INTEGER.test(value)) fields[name] = Number(value);
  }
}
