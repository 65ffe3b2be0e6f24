/** The rows that facts or changes leave. */
export function rowsOf<T>(facts: readonly { readonly row: T | null }[]): T[] {
  return facts.flatMap(({ row }) => row ?? []);
}
