/** Assertions that stay on in production. A broken invariant must stop a turn and must never be persisted. */

/** Thrown when the code itself is wrong, never for a refusal or for bad input. */
export class Bug extends Error {
  override readonly name = 'Bug';
}

/** Throws `Bug` unless `condition` holds; `message` names the broken invariant. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Bug(message);
}

/** The `default` branch of an exhaustive switch: the compiler proves it is never reached. */
export function unreachable(value: never): never {
  throw new Bug(`unreachable: ${JSON.stringify(value)}`);
}
