/**
 * Three kinds of tests, told apart by their names: `.spec.ts` needs nothing, `.db.spec.ts` a database, PostgreSQL or embedded, and `.e2e.spec.ts`
 * processes, browsers or installs, and mostly a database too.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongFirst } from './test/support/sequencer.ts';

export default defineConfig({
  test: {
    reporters: ['default', './test/support/reporter.ts'],
    // Twice the cores of a small machine: a test of a whole service waits half of its time, for a lease, a deadline, a process.
    maxWorkers: 4,
    // The embedded database is compiled anew in each process, and lives for seconds: not worth the optimizing compiler.
    execArgv: ['--liftoff-only'],
    sequence: { sequencer: LongFirst },
    // What a process compiles, the next one finds: a run starts some hundred of them on the same sources.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/node-compile', import.meta.url)) },
    // No test watches the clock: these end what hangs, also on a machine that has ten other things to do.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 120_000 } },
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.spec.ts'], exclude: ['test/**/*.{db,e2e}.spec.ts'] },
      },
      {
        extends: true,
        test: { name: 'db', include: ['test/**/*.{db,e2e}.spec.ts'], globalSetup: ['test/support/postgres-setup.ts'] },
      },
    ],
  },
});
