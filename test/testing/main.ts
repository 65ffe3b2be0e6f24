/** Shows what the kit finds in shops with a planted bug each, and how long it takes: `node test/testing/main.ts`. */
import { checkShop, ShopBroken } from '../../src/testing/index.ts';
import { percentile } from '../support/percentile.ts';
import { PLANTED, SEEDS } from './shops/planted.ts';

/** Milliseconds until a law was broken, and until the fewest calls were told. */
interface Times {
  readonly found: number[];
  readonly told: number[];
}

for (const { bug, open } of PLANTED) {
  const times: Times = { found: [], told: [] };
  const laws = new Map<string, number>();
  let shown: string | null = null;
  for (const seed of SEEDS) {
    const began = performance.now();
    const error: unknown = await checkShop(open(), { seed }).catch((thrown: unknown) => thrown);
    if (!(error instanceof ShopBroken)) throw new Error(`${bug}: not found with seed ${seed}`, { cause: error });
    times.told.push(performance.now() - began);
    times.found.push(error.finding.foundMs);
    laws.set(error.law, (laws.get(error.law) ?? 0) + 1);
    shown ??= error.message;
  }
  const text = (all: number[]) => {
    const sorted = all.toSorted((a, b) => a - b);
    return `median ${Math.round(percentile(sorted, 0.5))} ms, worst ${Math.round(percentile(sorted, 1))} ms`;
  };
  console.log(`\n== A shop that ${bug}\n\n${shown}\n`);
  console.log(`${SEEDS.length} seeds: found ${text(times.found)}; shrunk and told ${text(times.told)}`);
  console.log(`laws: ${[...laws].map(([law, count]) => `${law} ${count}`).join(', ')}`);
}
