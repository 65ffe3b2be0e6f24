/** Integers that come as texts: those of a query string, which is all texts, and cursors. */
import type { RequestPart } from './fields.ts';

const INTEGER = /^(0|[1-9][0-9]{0,9})$/;

/** The names of the integers among the fields of a query. */
export const integersOf = (query: RequestPart): string[] =>
  Object.entries<{ readonly type?: unknown }>(query.properties).flatMap(([name, { type }]) =>
    type === 'integer' ? [name] : [],
  );

/** Makes numbers of these fields where they spell an integer. Everything else is left for the schema to refuse. */
export function readIntegers(fields: Record<string, unknown>, names: readonly string[]): void {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string' && INTEGER.test(value)) fields[name] = Number(value);
  }
}
