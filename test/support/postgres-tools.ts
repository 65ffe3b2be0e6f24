/** The client programs of an installed PostgreSQL: `pg_basebackup`, `pg_dump`, `psql`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { serverAccount } from './postgres-binaries.ts';

/** What is said where these programs are missing. */
export const NO_TOOLS = 'there is no PostgreSQL of version 15 or later installed with its programs for clients';

/**
 * Runs `tool` of the PostgreSQL at `home`, as the account that runs servers. Returns what it wrote to stdout. If it
 * fails, rejects with what it wrote to stderr.
 */
export async function runPostgresTool(home: string, tool: string, args: readonly string[]): Promise<string> {
  const child = spawn(path.join(home, 'bin', tool), args, {
    ...serverAccount(),
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${tool} ended with ${String(code)}:\n${complaint}`);
  return said;
}
