/**
 * The function of the database that commits a batch, in one statement and one round trip however many entries it has.
 * It is a function because a session keeps the plans of a function. Sent as a statement, it was planned anew for each
 * batch, and planning took longer than running it.
 *
 * It is made from the entities (`batch-parts.ts`) and named by the hash of its text. Each build has its own, which a
 * start makes when it is missing. None is ever changed.
 *
 * Each part of a batch comes as one JSON array of rows, `null` when it has none. One JSON of all parts would be parsed
 * once more, which costs a tenth of the time of a batch. Every versioned row is fenced: it is written only `where
 * version = basis`, under its row lock, and the rows are counted. The ledger's key `(sku_id, version)` is a second
 * fence. Anything that is not as it must be raises an error, so that nothing of the batch is written. Rows are found by
 * joining from the batch's rows. Other plans are switched off, because on a table without statistics they look cheaper
 * and then read all of it.
 */
import { createHash } from 'node:crypto';
import { PARTS, type Part } from './batch-parts.ts';
import { quoted } from './select-list.ts';

/** SQLSTATE: the epoch has ended, or its next batch has another number. */
export const EPOCH_ENDED = 'SK001';
/** SQLSTATE: a row had another version. */
export const OTHER_VERSION = 'SK002';

export interface CommitFunction {
  /** `commit_batch_` and the hash of its text. */
  readonly name: string;
  /** As `to_regprocedure` takes it. */
  readonly signature: string;
  /** The statement that makes it. */
  readonly sql: string;
  /**
   * The statement that calls it. Its parameters: epoch, owner, number of the batch, how long keys are kept, then the
   * parts.
   */
  readonly call: string;
}

/** The parameters before those of the parts: what the batch is fenced by. */
const FENCE = [
  ['p_epoch', 'bigint'],
  ['p_owner', 'uuid'],
  ['p_batch', 'bigint'],
  ['p_keys_kept', 'interval'],
] as const;

/** The function that writes these parts, in their order. */
export function commitFunctionOf(parts: Readonly<Record<string, Part>>): CommitFunction {
  const parameters = [...FENCE, ...Object.keys(parts).map((name) => [`p_${name}`, 'json'] as const)];
  const types = parameters.map(([, type]) => type);
  const text = `(
  ${parameters.map((parameter) => parameter.join(' ')).join(', ')}
) returns void language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_bitmapscan = off
as $function$
declare
  found_rows bigint;
begin
  update epochs set batch = p_batch
  where epoch = p_epoch and owner = p_owner and batch = p_batch - 1 and ended_at is null;
  if not found then raise exception 'the epoch has ended' using errcode = '${EPOCH_ENDED}'; end if;
${Object.entries(parts)
  .map(([name, part]) => writing(name, part))
  .join('')}end
$function$`;
  const name = `commit_batch_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  return {
    name,
    signature: `${name}(${types.join(', ')})`,
    sql: `create or replace function ${name}${text}`,
    call: `select ${name}(${types.map((type, at) => `$${at + 1}::${type}`).join(', ')})`,
  };
}

/** The function of this build. */
export const COMMIT_FUNCTION = commitFunctionOf(PARTS);

function writing(name: string, { columns, isFenced, statement, refusal }: Part): string {
  const record = columns.map((column) => `${quoted(column.name)} ${column.type}`);
  const rows = `json_to_recordset(p_${name}) as r (${[...record, ...(isFenced ? ['basis int'] : [])].join(', ')})`;
  const counted = `
    get diagnostics found_rows = row_count;
    if found_rows <> json_array_length(p_${name}) then
      raise exception '${refusal}' using errcode = '${OTHER_VERSION}';
    end if;`;
  return `
  if p_${name} is not null then
    ${statement(rows)};${refusal === null ? '' : counted}
  end if;
`;
}
