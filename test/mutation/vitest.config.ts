/**
 * The specs that `npm run mutate` asks of every planted bug: those of the decision core that need no database. Properties run less often, and are
 * not shrunk: it is enough that one run is red. A survivor is planted by hand, and asked with the whole suite, before it is believed.
 */
import { defineConfig } from 'vitest/config';

const RUNS_MAX = 200;

const rooms = ['shop', 'keeper', 'journal'];

export default defineConfig({
  plugins: [
    {
      name: 'fewer-runs',
      enforce: 'pre',
      transform: (code, id) =>
        id.endsWith('.spec.ts') || id.endsWith('arbitraries.ts')
          ? code.replace(/\bnumRuns: (\d+)/g, (_, runs) => `numRuns: ${Math.min(Number(runs), RUNS_MAX)}`)
          : null,
    },
  ],
  test: {
    setupFiles: ['test/mutation/one-seed.ts'],
    include: rooms.map((room) => `test/${room}/**/*.spec.ts`),
    exclude: [
      'test/**/*.{db,e2e}.spec.ts',
      // They count how often rare paths come, of which there are fewer here; or read the README.
      'test/shop/orders/{reach,lifecycle-diagram}.spec.ts',
      'test/keeper/**/{availability,interleavings,standings-interleavings}.spec.ts',
    ],
    // An answer that never comes is a bug that was found, and need not be waited for.
    testTimeout: 10_000,
  },
});
