/**
 * Ends a child process when the process that started it is gone, whatever ended it. This also works after SIGKILL, when
 * no exit handler runs. A shell waits for the end of its stdin, which the kernel closes when the parent ends. The shell
 * ignores the signals that a terminal sends to all processes.
 */
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

export interface Guard {
  /** The child has ended normally. Forget it, because another process may soon have its id. */
  release(): void;
}

/**
 * Watches over `pid` until released. If this process ends first, `pid` gets `signal`. Once `pid` is gone, `directory`
 * is removed, if one is named.
 */
export function guard(pid: number, signal: 'INT' | 'KILL', directory?: string): Guard {
  const script = [
    `trap '' HUP INT TERM`,
    'cat >/dev/null',
    `kill -${signal} ${pid} 2>/dev/null || exit 0`,
    // Not for ever. Where nothing reaps orphans, a dead process stays in the table.
    `tries=100; while [ $tries -gt 0 ] && kill -0 ${pid} 2>/dev/null; do tries=$((tries - 1)); sleep 0.1; done`,
    directory === undefined ? '' : 'rm -rf "$1"',
  ].join('\n');
  const shell = spawn('/bin/sh', ['-c', script, 'guard', directory ?? ''], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // The shell must not keep this process alive.
  shell.unref();
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return {
    release() {
      shell.kill('SIGKILL');
    },
  };
}
