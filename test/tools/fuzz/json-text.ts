/** JSON that `JSON.stringify` does not write: numbers as they are spelled, keys named twice, texts that are no JSON at all. */

/** Stands in the text as it is. */
export class Raw {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** An object by its members, keys as JSON texts. */
export class Members {
  readonly list: readonly (readonly [key: string, value: unknown])[];

  constructor(list: readonly (readonly [key: string, value: unknown])[]) {
    this.list = list;
  }
}

export const membersOf = (value: object): [string, unknown][] =>
  Object.entries(value).map(([key, one]) => [JSON.stringify(key), one]);

export function jsonText(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (value instanceof Members) return `{${value.list.map(([key, one]) => `${key}:${jsonText(one)}`).join(',')}}`;
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (typeof value === 'object' && value !== null) return jsonText(new Members(membersOf(value)));
  return JSON.stringify(value);
}

/** Where in a JSON value something stands: keys and indexes from the outside in. */
export type Place = readonly (string | number)[];

/** Every place of a value, the whole of it first; of a long list only its ends. */
export function placesOf(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at];
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value
        .map((one, index) => [index, one] as [number, unknown])
        .filter(([index]) => index < 2 || index === value.length - 1)
    : Object.entries(value);
  return [at, ...entries.flatMap(([key, one]) => placesOf(one, [...at, key]))];
}

/** The value with what stands at a place put through `change`. */
export function changedAt(value: unknown, [key, ...rest]: Place, change: (found: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  if (Array.isArray(value)) return value.map((one, index) => (index === key ? changedAt(one, rest, change) : one));
  return Object.fromEntries(
    Object.entries(value as object).map(([name, one]) => [name, name === key ? changedAt(one, rest, change) : one]),
  );
}
