/**
 * Reads a JSON body strictly. It refuses what two readers could understand differently: bytes that are not UTF-8, an
 * object that names a key twice, and deeper nesting than any of our requests has.
 */
import { isUtf8 } from 'node:buffer';
import { DoorFault } from '../../api/problems/problems.ts';

/** The deepest nesting that any route takes is 3. */
const DEPTH_MAX = 16;

/** The parsed body, or `undefined` when there is none. Throws `DoorFault` `malformed_json`. */
export function parseBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw malformed('The body is not UTF-8. Encode the JSON in UTF-8.');
  const text = bytes.toString('utf8');
  if (text.startsWith('\ufeff'))
    throw malformed('The body begins with a byte order mark, U+FEFF. Send the JSON without.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it cannot be parsed';
    throw malformed(`The body is not JSON: ${reason}.`);
  }
  inspect(text);
  return value;
}

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const LIST_OPENS = 0x5b;
const LIST_CLOSES = 0x5d;
const OBJECT_OPENS = 0x7b;
const OBJECT_CLOSES = 0x7d;

/** One pass over well-formed JSON. It tracks what is open: the keys of each object, and `null` for each list. */
function inspect(text: string): void {
  const open: (Set<string> | null)[] = [];
  let textStart = 0;
  let textEnd = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        textStart = at;
        at = endOfText(text, at);
        textEnd = at + 1;
        break;
      case COLON: {
        const key = text.slice(textStart, textEnd);
        addKey(open.at(-1), key.includes('\\') ? JSON.stringify(JSON.parse(key)) : key);
        break;
      }
      case OBJECT_OPENS:
      case LIST_OPENS:
        if (open.length === DEPTH_MAX) throw malformed(`The body is nested deeper than ${DEPTH_MAX} levels.`);
        open.push(text.charCodeAt(at) === OBJECT_OPENS ? new Set() : null);
        break;
      case OBJECT_CLOSES:
      case LIST_CLOSES:
        open.pop();
        break;
    }
  }
}

function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

function addKey(keys: Set<string> | null | undefined, key: string): void {
  if (keys?.has(key)) throw malformed(`An object of the body names ${key.slice(0, 100)} twice. Name each field once.`);
  keys?.add(key);
}

function malformed(detail: string): DoorFault {
  return new DoorFault('malformed_json', detail);
}
