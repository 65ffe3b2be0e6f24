/** Asks the laws of a database through a test's own session. */
import type { Law } from '../../src/audit/law.ts';
import { LAWS } from '../../src/audit/laws.ts';

/** Runs one statement without parameters and returns its rows: `client.query(sql)` of pg, `db.query(sql)` of PGlite. */
export type Query = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** The most violations reported of one law. */
const VIOLATIONS_MAX = 20;

/**
 * Checks every law, or those named. Returns the violations as `law: what was found`; none when all hold. At most 20 of
 * each law are named. Nothing may be writing meanwhile, unless `query` runs in one repeatable-read snapshot. Rejects
 * when the database does.
 */
export async function checkLaws(query: Query, laws: readonly Law[] = LAWS): Promise<string[]> {
  const violations: string[] = [];
  for (const { name, sql } of laws) {
    const rows = await query(`${sql} limit ${VIOLATIONS_MAX + 1}`);
    for (const row of rows.slice(0, VIOLATIONS_MAX)) violations.push(`${name}: ${String(row['violation'])}`);
    if (rows.length > VIOLATIONS_MAX) violations.push(`${name}: and more`);
  }
  return violations;
}
