/**
 * A disk that is soon full: a tmpfs in its own mount namespace, so that nothing of the machine is touched. It is
 * reached through the process that holds the namespace, and is gone when that process ends.
 *
 * States: mounted → full ⇄ free again (`fill`, `free`), or read-only (`protect`) → gone.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { guard } from './guard.ts';
import { reachableTmpdir, serverAccount } from './postgres-binaries.ts';

export interface SmallDisk extends AsyncDisposable {
  /** An empty folder on the disk. It belongs to the account that runs PostgreSQL. */
  readonly folder: string;
  /** The same folder, as the programs see it that `enter` runs. */
  readonly inside: string;
  /** The words to put before a command that is to see the disk. */
  readonly enter: readonly string[];
  /** Writes until nothing more fits. */
  fill(): void;
  /** Removes what filled it. */
  free(): void;
  /** From now on the folder can be read but not written, by any account. */
  protect(): void;
}

const CHUNK = Buffer.alloc(64 * 1024, 'x');

/**
 * Rejects with the reason where this machine has no such disk for us: a system other than Linux, or a container that
 * may not mount.
 */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk> {
  if (process.platform !== 'linux') throw new Error(`there are no mount namespaces on ${process.platform}`);
  const account = serverAccount();
  const { uid, gid } = account;
  const point = mkdtempSync(path.join(reachableTmpdir(account), 'stock-keeper-disk-'));
  chmodSync(point, 0o755);
  // Root gives the disk to the account of the server. Any other account is root only in its own namespace.
  const [flags, owner, become] =
    uid === undefined
      ? [['--user', '--map-root-user', '--mount'], '', '']
      : [['--mount'], `,uid=${uid},gid=${gid}`, `setpriv --reuid=${uid} --regid=${gid} --clear-groups `];
  const script = `mount -t tmpfs -o size=${megabytes}m,mode=0755${owner} none "$1" && exec ${become}cat`;
  const holder = spawn('unshare', [...flags, '/bin/sh', '-c', script, 'disk', point], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  holder.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const gone = new Promise<void>((resolve) => {
    holder.once('close', () => resolve());
    holder.once('error', (error) => {
      said += error.message;
      resolve();
    });
  });
  // A process that echoes this has mounted the disk, and belongs to the account that may look into it.
  holder.stdin.on('error', () => {});
  holder.stdin.write('mounted');
  const mounted = await Promise.race([once(holder.stdout, 'data').then(() => true), gone.then(() => false)]);
  if (!mounted || holder.pid === undefined) {
    rmdirSync(point);
    throw new Error(`no disk of our own can be mounted: ${said.trim()}`);
  }
  const guarded = guard(holder.pid, 'KILL');
  const root = `/proc/${holder.pid}/root${point}`;
  const folder = path.join(root, 'data');
  const filling = path.join(root, 'filling');
  mkdirSync(folder);
  const inside = path.join(point, 'data');
  const asOwner = uid === undefined ? ['--user', '--preserve-credentials'] : [];
  const enter = ['nsenter', '--target', String(holder.pid), '--mount', ...asOwner];
  return {
    folder,
    inside,
    enter,
    fill() {
      const file = openSync(filling, 'a');
      try {
        for (;;) writeSync(file, CHUNK);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filling, { force: true }),
    protect() {
      const [program = '', ...args] = enter;
      const over = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"';
      execFileSync(program, [...args, '/bin/sh', '-c', over, 'protect', inside], { stdio: 'pipe' });
    },
    async [Symbol.asyncDispose]() {
      holder.kill('SIGKILL');
      await gone;
      guarded.release();
      rmdirSync(point);
    },
  };
}
