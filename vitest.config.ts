/** Two kinds of tests, told apart by their names: `.spec.ts` needs nothing, `.db.spec.ts` gets a real PostgreSQL. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', './test/support/reporter.ts'],
    // One worker per core of a small machine; PostgreSQL and the services under test want their share as well.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.spec.ts'], exclude: ['test/**/*.db.spec.ts'] },
      },
      {
        extends: true,
        test: { name: 'db', include: ['test/**/*.db.spec.ts'], globalSetup: ['test/support/postgres-setup.ts'] },
      },
    ],
  },
});
