/**
 * Makes PGlite return every text whole. It decodes each column with a `TextDecoder` that takes a U+FEFF at the start
 * for a byte order mark and drops it (0.5.8; there is no option against it), so an id would come back as a different
 * id. The bytes that the database answered still have it.
 */
import type { PgliteConnection } from '@mikro-orm/pglite';

type PGlite = Awaited<ReturnType<PgliteConnection['getNativeClient']>>;

/** U+FEFF in UTF-8. */
const MARK = Buffer.of(0xef, 0xbb, 0xbf);

/** The first byte of a message that is a row: `D`. After it comes the length of the rest, in four bytes. */
const DATA_ROW = 0x44;
const HEADER_LENGTH = 5;

type Message = Awaited<ReturnType<PGlite['execProtocolStream']>>[number];

/**
 * Everything that PGlite reads comes through this one method. From now on texts that begin with the mark are read again
 * from the bytes.
 */
export function readWholeTexts(pglite: PGlite): void {
  pglite.execProtocolStream = async (message, options) => {
    const { messages, data } = await pglite.execProtocol(message, options);
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    if (bytes.includes(MARK)) readMarks(messages, bytes);
    return messages;
  };
}

/** `messages` are those of `bytes`, in their order, except that some of other kinds are left out. */
function readMarks(messages: readonly Message[], bytes: Buffer): void {
  const rows = messages.filter((message): message is Message & Row => message.name === 'dataRow');
  let row = 0;
  for (let at = 0; at < bytes.length; at += 1 + bytes.readUInt32BE(at + 1)) {
    if (bytes[at] === DATA_ROW) readRow(rows[row++]?.fields, bytes, at + HEADER_LENGTH);
  }
}

interface Row {
  readonly fields: (string | null)[];
}

/** A row is the number of its columns, then for each its length (-1 for `null`) and its bytes. */
function readRow(fields: Row['fields'] | undefined, bytes: Buffer, start: number): void {
  if (fields === undefined) return;
  let at = start + 2;
  for (let column = 0; column < fields.length; column++) {
    const from = at + 4;
    const length = bytes.readInt32BE(at);
    at = from + Math.max(length, 0);
    if (length >= MARK.length && bytes.compare(MARK, 0, MARK.length, from, from + MARK.length) === 0)
      fields[column] = bytes.toString('utf8', from, at);
  }
}
