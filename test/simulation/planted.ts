/** `node test/simulation/planted.ts`: plants one bug after another and tells after how many seeds which law was broken. */
import { hunt } from './plant.ts';
import { PLANTED_BUGS } from './planted-bugs.ts';

const SEEDS_MAX = 5000;

for (const bug of PLANTED_BUGS) {
  const { seeds, found } = await hunt(bug, SEEDS_MAX);
  console.log(`${bug.name.padEnd(64)} ${String(seeds ?? 'NOT FOUND').padStart(9)}  ${found.slice(0, 160)}`);
  if (seeds === null) process.exitCode = 1;
}
