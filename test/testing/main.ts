/**
 * Shows what the kit finds in shops with a planted bug each, and how long it takes: `node test/testing/main.ts`. With STATEMENT_MS their statements
 * take milliseconds, as of a database; with AT_ONCE so many histories are tried at once.
 */
import { checkShop, ShopBroken } from '../../src/testing/index.ts';
import { percentile } from '../support/percentile.ts';
import { PLANTED, SEEDS } from './shops/planted.ts';

const AT_ONCE = Number(process.env['AT_ONCE'] ?? 1);

/** Of each seed: histories and milliseconds until a law was broken, and milliseconds until the fewest calls were told. */
interface Found {
  readonly runs: number;
  readonly foundMs: number;
  readonly toldMs: number;
}

for (const { bug, open } of PLANTED) {
  const found: Found[] = [];
  const missed: number[] = [];
  const laws = new Map<string, number>();
  let shown: string | null = null;
  for (const seed of SEEDS) {
    const began = performance.now();
    const shop = open();
    const atOnce = shop.restart === undefined ? AT_ONCE : 1;
    const error: unknown = await checkShop(shop, { seed, atOnce }).catch((thrown: unknown) => thrown);
    if (!(error instanceof ShopBroken)) {
      missed.push(seed);
      continue;
    }
    const { runs = 0, foundMs = 0 } = error.finding ?? {};
    found.push({ runs, foundMs, toldMs: performance.now() - began });
    laws.set(error.law, (laws.get(error.law) ?? 0) + 1);
    shown ??= error.message;
  }
  const text = (of: (one: Found) => number, unit: string) => {
    const sorted = found.map(of).sort((a, b) => a - b);
    return `median ${Math.round(percentile(sorted, 0.5))}${unit}, worst ${Math.round(percentile(sorted, 1))}${unit}`;
  };
  console.log(`\n== A shop that ${bug}\n\n${shown}\n`);
  console.log(`${found.length} of ${SEEDS.length} seeds${missed.length > 0 ? `, not ${missed.join(', ')}` : ''}`);
  console.log(`found after ${text(({ foundMs }) => foundMs, ' ms')}; histories ${text(({ runs }) => runs, '')}`);
  console.log(`shrunk and told after ${text(({ toldMs }) => toldMs, ' ms')}`);
  console.log(`laws: ${[...laws].map(([law, count]) => `${law} ${count}`).join(', ')}`);
}
