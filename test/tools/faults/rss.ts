/** The memory of a process, as the system sees it. */
import { readFileSync } from 'node:fs';

/** Resident set of a process, MB; `null` where there is no table of processes. */
export function rssMb(pid: number): number | null {
  try {
    const [, kb] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kb === undefined ? null : Math.round(Number(kb) / 1024);
  } catch {
    return null;
  }
}
