/** `npm run verify` at size: a shop made by SQL on a PostgreSQL of its own, sound and then with every movement broken. Prints time and memory; `node test/tools/bench/verify-at-size.ts [SKUs]`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { openDatabase } from '../../../src/db/open.ts';
import { largeShop } from '../../support/large-shop.ts';
import { startPostgres } from '../../support/postgres-server.ts';

const MAIN = fileURLToPath(new URL('../../../src/cli/verify.ts', import.meta.url));
const skus = Number(process.argv[2] ?? 100_000);

/** Seconds, the last line it said, and the most memory it held (Linux). */
async function timed(url: string, ...args: string[]): Promise<string> {
  const began = performance.now();
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, DATABASE_URL: url } });
  let [said, peakKb] = ['', 0];
  child.stdout.resume();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-1000);
    peakKb = Math.max(peakKb, peakOf(child.pid));
  });
  const [code] = await once(child, 'close');
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  return `exit ${String(code)}, ${seconds} s, ${(peakKb / 1000).toFixed(0)} MB: ${said.trimEnd().split('\n').at(-1)}`;
}

function peakOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

const server = await startPostgres();
try {
  await (await openDatabase({ url: server.url })).close();
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  for (const statement of largeShop(skus)) await client.query(statement);
  console.log(`sound:   ${await timed(server.url)}`);
  await client.query('update movements set on_hand = on_hand + 1');
  console.log(`broken:  ${await timed(server.url)}`);
  console.log(`repair:  ${await timed(server.url, '--repair', '--yes')}`);
  await client.end();
} finally {
  await server.stop();
}
