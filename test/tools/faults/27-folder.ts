/**
 * The folder of the embedded database goes away under the service, or cannot be written: the service acknowledges nothing more and ends, saying
 * what is wrong. From the first byte on, it does not start, and says so too.
 */
import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Service, type ServiceOptions, startService } from '../../support/service.ts';
import { ShopClient } from '../../support/shop-client.ts';
import { mountSmallDisk, type SmallDisk } from '../../support/small-disk.ts';
import { until } from '../../support/until.ts';
import type { Fault, Trial } from './fault.ts';

/** Room for a database and its log. */
const DISK_MB = 160;

type Happening = readonly [title: string, said: string, happen: (dataDir: string) => void];

const GOES: readonly Happening[] = [
  ['deleted', 'was deleted or moved', (dataDir) => rmSync(dataDir, { recursive: true })],
  ['moved', 'was deleted or moved', (dataDir) => renameSync(dataDir, `${dataDir}-elsewhere`)],
  [
    'replaced',
    'was ',
    (dataDir) => {
      renameSync(dataDir, `${dataDir}-elsewhere`);
      cpSync(`${dataDir}-elsewhere`, dataDir, { recursive: true });
    },
  ],
];

export const fault: Fault = {
  row: 27,
  title: 'folder deleted, read-only or without room',
  obstacle: async () => null,
  async run(trial) {
    const ground = await trial.embedded();
    await (await ground.service()).stop();
    const made = String(ground.env['DATA_DIR']);
    const above = mkdtempSync(path.join(tmpdir(), 'stock-keeper-folders-'));
    trial.defer(() => rmSync(above, { recursive: true, force: true }));
    const rounds = trial.rounds(1, 6);
    for (let round = 0; round < rounds; round++) {
      const dataDir = path.join(above, `data-${round}`);
      cpSync(made, dataDir, { recursive: true });
      const happening = GOES[round % GOES.length] as Happening;
      await goes(trial, dataDir, happening);
      trial.progress(`the folder is ${happening[0]}, ${round + 1} of ${rounds}`);
    }
    await onADisk(trial, made);
  },
};

/** Whatever is asked after it went is not acknowledged. */
async function goes(trial: Trial, dataDir: string, [title, said, happen]: Happening): Promise<void> {
  const service = await startService({ DATA_DIR: dataDir, LOG_LEVEL: 'warn' });
  trial.defer(() => service.kill());
  await using client = new ShopClient(service.url);
  await client.stock(5, 'a');
  happen(dataDir);
  const acknowledged: number[] = [];
  while (isRunning(service.pid)) {
    const sent = client.post('/skus/a/receive', { quantity: 1 });
    const { status } = await sent.catch(() => ({ status: 0 }));
    if (status === 200) acknowledged.push(status);
  }
  trial.demand(
    ['I2', 'I7'],
    acknowledged.length === 0,
    `${acknowledged.length} receipts into a folder that is ${title}`,
  );
  await ended(trial, service, said);
}

/** Where this machine lends us one: read-only and full at the start, read-only while the service runs. */
async function onADisk(trial: Trial, made: string): Promise<void> {
  let disk: SmallDisk;
  try {
    disk = await mountSmallDisk(DISK_MB);
  } catch (error) {
    trial.partly('a disk that is full or read-only', String(error));
    return;
  }
  trial.defer(() => disk[Symbol.asyncDispose]());
  const dataDir = path.join(disk.inside, 'data');
  const options = { through: disk.enter };
  disk.fill();
  await refused(trial, dataDir, options, /its disk is full; free some room/);
  disk.free();
  cpSync(made, path.join(disk.folder, 'data'), { recursive: true });
  disk.fill();
  await refused(trial, dataDir, options, /its disk is full; free some room/);
  disk.free();
  const service = await startService({ DATA_DIR: dataDir, LOG_LEVEL: 'warn' }, options);
  trial.defer(() => service.kill());
  try {
    disk.protect();
  } catch (error) {
    trial.partly('a folder that becomes read-only', String(error));
    return;
  }
  await ended(trial, service, 'can no longer be written (EROFS)');
  await refused(trial, dataDir, options, /it is read-only; mount it for writing/);
  await refused(trial, path.join(disk.inside, 'new'), options, /it is read-only; mount it for writing/);
}

/** At once, in one sentence that names fault and remedy. */
async function refused(trial: Trial, dataDir: string, options: ServiceOptions, said: RegExp): Promise<void> {
  const words = await startService({ DATA_DIR: dataDir }, options).then(
    async (service) => {
      await service.kill();
      return 'it started';
    },
    (error: unknown) => String(error),
  );
  for (const expected of [/exit code 1/, /Stock Keeper does not start: the folder /, said]) {
    trial.demand('I9', expected.test(words), `${expected} is not in: ${words}`);
  }
}

/** By itself, with 1, saying what is wrong and what to do. */
async function ended(trial: Trial, service: Service, said: string): Promise<void> {
  await until(() => {
    if (isRunning(service.pid)) throw new Error(`it goes on:\n${service.logs().slice(-3000)}`);
  });
  const code = await service.stop();
  trial.demand('I7', code === 1, `it ended with ${code}`);
  for (const words of ['DatabaseLost', said, 'Put the folder back, or restore a backup']) {
    trial.demand('I7', service.logs().includes(words), `it does not say "${words}":\n${service.logs().slice(-3000)}`);
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
