/**
 * Loaded first by every program of this package. On a Node that is too old it says so in one sentence and exits with 1.
 */
import { nodeFault } from './node-version.js';

/** In the repository, npm's scripts find a newer Node among the development packages. */
const IN_REPOSITORY = import.meta.url.endsWith('/src/lib/stop-old-node.js');

const fault = nodeFault();
if (fault !== null) {
  process.stderr.write(
    IN_REPOSITORY
      ? `${fault} Or let npm ci bring a Node 24 for npm start and all other scripts: without --omit=dev and --ignore-scripts.\n`
      : `${fault}\n`,
  );
  process.exit(1);
}
