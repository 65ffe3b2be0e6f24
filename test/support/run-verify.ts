/** `npm run verify` as a person runs it: the real process, its output and its exit code. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { QUICK } from './service.ts';

export interface VerifyRun {
  readonly code: number;
  /** The findings. */
  readonly out: string;
  /** Everything else that is said. */
  readonly err: string;
}

const MAIN = fileURLToPath(new URL('../../src/cli/verify.ts', import.meta.url));

/** Runs it with these settings and with none of this process's own. */
export function runVerify(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<VerifyRun> {
  const { DATABASE_URL: _url, DATA_DIR: _dir, ...others } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...QUICK, MAIN, ...args],
      { env: { ...others, ...env }, maxBuffer: 100_000_000 },
      (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err });
      },
    );
  });
}
