/** Processor time of other processes, as Linux tells it. */
import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of `/proc/<pid>/stat` in a second, on every Linux that Node runs on. */
const TICKS = 100;

interface Stat {
  readonly parent: number;
  readonly seconds: number;
  /** Of children that have ended and were waited for. */
  readonly reapedSeconds: number;
}

function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the process may hold spaces; what follows its bracket does not.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user = 0, system = 0, reapedUser = 0, reapedSystem = 0] = fields.slice(11, 15);
    return {
      parent: fields[1] ?? 0,
      seconds: (user + system) / TICKS,
      reapedSeconds: (reapedUser + reapedSystem) / TICKS,
    };
  } catch {
    return null;
  }
}

/** Seconds that a process has taken so far; `null` where it cannot be told. */
export function cpuSecondsOf(pid: number): number | null {
  return statOf(pid)?.seconds ?? null;
}

/** The same of a process with its children, those that have ended included: of a PostgreSQL server all sessions and helpers. */
export function cpuSecondsOfTree(pid: number): number | null {
  const root = statOf(pid);
  if (root === null) return null;
  const children = readdirSync('/proc')
    .map(Number)
    .flatMap((other) => {
      const stat = Number.isInteger(other) ? statOf(other) : null;
      return stat !== null && stat.parent === pid ? [stat.seconds] : [];
    });
  return children.reduce((sum, seconds) => sum + seconds, root.seconds + root.reapedSeconds);
}
