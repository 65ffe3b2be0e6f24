/**
 * The database's disk is full, tables and log alike, and has room again after a while. The server refuses what needs room, or gives up
 * altogether when its log has none and has to be started again; either way nothing acknowledged is lost.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { mountSmallDisk } from '../../support/small-disk.ts';
import { SqlSession } from '../../support/sql.ts';
import { until } from '../../support/until.ts';
import type { Fault } from './fault.ts';
import { openShopping } from './shopping.ts';

const DISK_MB = 256;
/** How long it stays full once that was noticed, milliseconds. */
const FULL_MS = { short: 500, long: 3000 };
/** So often the log is sent on to its next file, which must be made at some time. */
const LOG_FILES_MAX = 50;
const ENDS = ['refused', 'given up'] as const;

export const fault: Fault = {
  row: 7,
  title: 'disk full',
  async obstacle() {
    try {
      await using _disk = await mountSmallDisk(1);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  },
  async run(trial) {
    const disk = await mountSmallDisk(DISK_MB);
    trial.defer(() => disk[Symbol.asyncDispose]());
    const dataDir = disk.folder;
    // Few log files in store, so that it has to make new ones.
    const settings = { min_wal_size: '32MB', max_wal_size: '48MB', shared_buffers: '32MB' };
    let server = await trial.postgres({ dataDir, settings });
    const { port, url } = server;
    const ground = trial.groundAt(url);
    const shopping = await openShopping(trial, ground);
    const rounds = trial.rounds(2, 8);
    let panics = 0;
    for (let round = 0; round < rounds; round++) {
      const end = ENDS[round % ENDS.length];
      const [since, said] = [Date.now(), server.logs().length];
      const gaveUp = () => server.logs().slice(said).includes('PANIC');
      disk.fill();
      if (end === 'given up') await fillTheLog(url, gaveUp);
      // Told by the server to the service, or seen as a broken wire.
      await until(() => {
        if (lastNews(shopping.service.logs()) < since) throw new Error('nobody notices that the disk is full');
      });
      await pause(FULL_MS[trial.size]);
      disk.free();
      const panicked = gaveUp();
      if (panicked) panics++;
      // It comes back by itself, unless there was no room for that either.
      if (!(await isBack(server.pid, url))) server = await trial.postgres({ dataDir, port, settings });
      await shopping.recovery();
      trial.progress(`full ${round + 1} of ${rounds} times: ${panicked ? 'the server gave up' : 'refused'}`);
      await shopping.shoppers.answers(200);
    }
    trial.demand(
      'I9',
      shopping.service.logs().includes('"code":"53100"'),
      'the server never said that its disk is full',
    );
    if (panics > 0) trial.note(`the server gave up in ${panics} of ${rounds} rounds`);
    else trial.partly('a server that gives up', 'its log found room in every round');
    await shopping.close(['unknown_outcome', 'database_unavailable', 'standby']);
  },
};

/** When the log last told of the disk or of a broken wire, milliseconds since the Unix epoch. A log that is long enough loses its beginning. */
function lastNews(log: string): number {
  const at = Math.max(...['"code":"53100"', '"code":"57P0', 'batch_failed'].map((news) => log.lastIndexOf(news)));
  const line = log.slice(log.lastIndexOf('\n', at) + 1, at);
  return Number(/"time":(\d+)/.exec(line)?.[1] ?? 0);
}

/** Sends the log on to its next file until there is no room for one, which ends the server. */
async function fillTheLog(url: string, gaveUp: () => boolean): Promise<void> {
  await using sql = await SqlSession.open(url);
  for (let file = 0; file < LOG_FILES_MAX && !gaveUp(); file++) {
    try {
      await sql.query('select pg_logical_emit_message(false, $1, $1), pg_switch_wal()', ['full']);
    } catch {
      // Refused, or gone: its log says which.
      await pause(100);
    }
  }
}

/** Resolves when the server takes sessions again, or is gone for good. */
function isBack(pid: number, url: string): Promise<boolean> {
  return until(async () => {
    if (!isRunning(pid)) return false;
    await using _session = await SqlSession.open(url);
    return true;
  });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
