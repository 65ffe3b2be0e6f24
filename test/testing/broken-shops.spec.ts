/** Shops with one planted bug each: the kit finds each of them, whatever the seed, and says which law it broke and how. */
import { describe, expect, it } from 'vitest';
import { checkShop, type ShopAdapter, ShopBroken } from '../../src/testing/index.ts';
import { CancelTwice } from './shops/cancel-twice.ts';
import { HalfOrder } from './shops/half-order.ts';
import { PLANTED, SEEDS } from './shops/planted.ts';

/** Far more than is needed: the seed that takes longest finds its bug in the twelfth history. */
const PATIENT = { timeLimitMs: 120_000, runs: 100 };

async function broken(shop: ShopAdapter, seed: number): Promise<ShopBroken> {
  const error: unknown = await checkShop(shop, { ...PATIENT, seed }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ShopBroken) return error;
  throw new Error('no law was broken', { cause: error });
}

describe('a shop with a planted bug', () => {
  // How long it takes: `node test/testing/main.ts`.
  it.each(PLANTED)('is found with 20 seeds: it $bug', async ({ open, laws }) => {
    for (const seed of SEEDS) expect(laws).toContain((await broken(open(), seed)).law);
  });

  it('is told as the calls to repeat', async () => {
    const { message, law, calls, finding } = await broken(new HalfOrder(), 1);
    expect(law).toBe('all_lines_or_none');
    expect(finding).toMatchObject({ seed: 1, again: { broke: 10, of: 10 } });
    expect(message).toMatch(/^the shop broke a law: an order takes all of its lines or none\.\n\n {2}await open\(/);
    expect(message).toContain('checkShop(adapter, { seed: 1 })');
    for (const line of calls) expect(message).toContain(`  ${line}\n`);
    expect(calls.length).toBeLessThan(10);
  });

  it('is told with what was called at the same time', async () => {
    const { calls } = await broken(new CancelTwice(), 1);
    const text = calls.join('\n');
    expect(text).toMatch(
      /await place\('o1', \{ [abc]: 1 \}\); \/\/ placed\nawait Promise\.all\(\[ \/\/ at the same time\n/,
    );
    expect(text).toMatch(/^ {2}cancel\('o1'\), \/\/ done$/m);
    expect(text).toMatch(/^await stock\('[abc]'\); \/\/ 2, but 1 is right$/m);
  });

  it('is not found where its calls never meet', async () => {
    await checkShop(new CancelTwice(), { ...PATIENT, seed: 1, clients: 1 });
    await checkShop(new CancelTwice(), { ...PATIENT, seed: 1, retries: 'none' });
  });
});
