/** `node test/tools/simulation/planted.ts [words]`: plants one bug after another, of those whose names have these words, and tells after how many seeds which law was broken. */
import { hunt } from './plant.ts';
import { PLANTED_BUGS } from './planted-bugs.ts';
import { PLANTED_SHOP_BUGS } from './planted-shop-bugs.ts';

const SEEDS_MAX = 5000;

const words = process.argv.slice(2).join(' ');
for (const bug of [...PLANTED_BUGS, ...PLANTED_SHOP_BUGS]) {
  if (!bug.name.includes(words)) continue;
  const { seeds, found } = await hunt(bug, SEEDS_MAX);
  console.log(`${bug.name.padEnd(64)} ${String(seeds ?? 'NOT FOUND').padStart(9)}  ${found.slice(0, 160)}`);
  if (seeds === null) process.exitCode = 1;
}
