/** Killed under load and started again, round after round on one database. The same on PostgreSQL and on PGlite. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkLaws, type Query } from '../support/laws.ts';
import { type ServiceEnv, startService } from '../support/service.ts';
import { ShopClient } from '../support/shop-client.ts';
import { Shoppers } from '../support/shoppers.ts';
import { figures, KILL_ROUNDS, LONG } from './sizes.ts';

export interface KillGround {
  /** What makes the service use the database. */
  readonly env: ServiceEnv;
  /** Reads the database while no service runs on it. */
  read<T>(work: (query: Query) => Promise<T>): Promise<T>;
  remove(): Promise<void>;
}

const SHOPPERS = 32;
const PLENTY = ['a', 'b', 'c', 'd', 'e', 'f'];
/** Runs out now and then, so that there are refusals among the answers. */
const SCARCE = 'scarce';
/** Answers before the kill, at least and at most. */
const ANSWERS: readonly [number, number] = LONG ? [200, 900] : [100, 250];
/** The kill comes up to this much after the last of those answers: into any part of a commit. */
const KILL_DELAY_MAX_MS = 25;

const between = (low: number, high: number) => low + Math.floor(Math.random() * (high - low + 1));

export function killRounds(name: string, open: () => Promise<KillGround>): void {
  describe(`a service on ${name} that is killed under load, again and again`, () => {
    it(
      'has lost nothing that it acknowledged, and tells the truth of what it did not',
      async () => {
        const ground = await open();
        onTestFinished(ground.remove);
        const env = { ...ground.env, LOG_LEVEL: 'error' };
        const rounds: Shoppers[] = [];
        let unanswered = 0;
        for (let round = 0; round < KILL_ROUNDS; round++) {
          const shoppers = new Shoppers({ name: `r${round}`, skus: [...PLENTY, SCARCE] });
          rounds.push(shoppers);
          {
            await using service = await startService(env);
            await using client = new ShopClient(service.url);
            if (round === 0) {
              await client.stock(1_000_000, ...PLENTY);
              await client.stock(20, SCARCE);
            }
            const home = shoppers.shop(client, SHOPPERS);
            await shoppers.answers(between(...ANSWERS));
            await new Promise((resolve) => setTimeout(resolve, between(0, KILL_DELAY_MAX_MS)));
            await service.kill();
            await home;
            unanswered += shoppers.unanswered;
          }
          await using service = await startService(env);
          await using client = new ShopClient(service.url);
          expect(await shoppers.faults(client)).toEqual([]);
          // All rounds once more at the end: a later kill takes nothing from an earlier one.
          if (round === KILL_ROUNDS - 1) {
            for (const earlier of rounds) expect(await earlier.faults(client)).toEqual([]);
          }
          expect(await service.stop()).toBe(0);
          await ground.read(async (query) => {
            expect(await checkLaws(query)).toEqual([]);
            const received = await query(
              `select reference from movements where kind = 'received' and reference is not null`,
            );
            const references = received.map((row) => String(row['reference']));
            expect(references.length).toBe(new Set(references).size);
            for (const key of shoppers.acknowledged('receive')) expect(references).toContain(key);
          });
        }
        // The kill came while something was under way, or this says nothing.
        expect(unanswered).toBeGreaterThan(0);
        const answered = rounds.reduce((sum, shoppers) => sum + shoppers.answered, 0);
        const happened = rounds.reduce((sum, shoppers) => sum + shoppers.cutOff.done, 0);
        // Many kills are bound to find a commit whose answer has not left; not so where the database dies with the service.
        if (LONG && ground.env['DATABASE_URL'] !== undefined) expect(happened).toBeGreaterThan(0);
        figures(
          `killed on ${name}: ${KILL_ROUNDS} rounds, ${answered} operations acknowledged, ${unanswered} cut off, of which ${happened} placements and receipts had happened`,
        );
      },
      30_000 + KILL_ROUNDS * 30_000,
    );
  });
}
