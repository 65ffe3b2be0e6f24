/** The certificate over histories by chance: one that went one after another, overlapping in another way each time, and then spoilt. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certifyRows } from './certificate.ts';
import { hear, lose, record, type Story, type Told } from './story.ts';
import { seeded, Traffic } from './traffic.ts';

const OPERATIONS = 150;
const SEEDS = [1, 2, 3];

type Record = Pick<Story, 'operations' | 'rows'>;

const recorded = new Map<number, Promise<Record>>();

/** One history of each seed, recorded once. */
async function recordOf(seed: number): Promise<Record> {
  const traffic = new Traffic({ skus: ['a', 'b', 'c'], random: seeded(seed) });
  const asked =
    recorded.get(seed) ?? record([...traffic.opening(), ...Array.from({ length: OPERATIONS }, () => traffic.next())]);
  recorded.set(seed, asked);
  return structuredClone(await asked);
}

/** Asked earlier and answered later than it was, by up to `width` ticks each: so it may be that others came in between. */
function overlap({ operations }: Record, random: () => number, width: number): void {
  for (const told of operations) {
    told.invoked -= random() * width;
    if (told.completed !== null) told.completed += random() * width;
  }
}

const seed = fc.constantFrom(...SEEDS);
const luck = fc.integer().map(seeded);
const width = fc.constantFrom(0, 3, 20, 1000);
const RUNS = { numRuns: 15 };

const violations = (history: Record) => certifyRows(history, history.rows).violations;
const any = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)] as T;
const hasSku = ({ request, reply }: Told) =>
  reply !== null && reply.status < 300 && !reply.replayed && /^\/skus\/[^/?]+(\/(receive|adjust))?$/.test(request.path);

describe('any history of operations that went one after another', () => {
  it('law: is certified, however they overlap and whichever answers are lost', async () => {
    await fc.assert(
      fc.asyncProperty(seed, luck, width, fc.constantFrom(0, 0.1, 0.6), async (from, random, ticks, lost) => {
        const history = await recordOf(from);
        overlap(history, random, ticks);
        for (const told of history.operations) if (random() < lost) lose(told);
        expect(violations(history)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('law: is not certified with any counter of any answer changed', async () => {
    await fc.assert(
      fc.asyncProperty(seed, luck, width, async (from, random, ticks) => {
        const history = await recordOf(from);
        overlap(history, random, ticks);
        const told = any(history.operations.filter(hasSku), random);
        const field = any(['onHand', 'reserved', 'sales', 'available', 'version', 'price'], random);
        const body = JSON.parse(told.reply?.text ?? '') as { readonly [name: string]: number };
        hear(told, { [field]: (body[field] ?? 0) + 1 });
        expect(violations(history)).not.toEqual([]);
      }),
      RUNS,
    );
  });

  it('law: is not certified when the end of a ledger is lost', async () => {
    await fc.assert(
      fc.asyncProperty(seed, luck, width, async (from, random, ticks) => {
        const history = await recordOf(from);
        overlap(history, random, ticks);
        const { skus, movements } = history.rows;
        const sku = any(skus, random);
        const [last, before] = movements.filter(({ skuId }) => skuId === sku.id).reverse();
        movements.splice(movements.indexOf(last as (typeof movements)[number]), 1);
        const { version = 0, onHand = 0, reserved = 0, sales = 0 } = before ?? {};
        Object.assign(sku, { version, onHand, reserved, sales });
        expect(violations(history)).not.toEqual([]);
      }),
      RUNS,
    );
  });

  it('law: is not certified with a movement that nobody asked for', async () => {
    await fc.assert(
      fc.asyncProperty(seed, luck, width, async (from, random, ticks) => {
        const history = await recordOf(from);
        overlap(history, random, ticks);
        const wrote = history.operations.filter(
          ({ request, reply }) => reply?.status === 201 && request.path === '/orders' && !reply.replayed,
        );
        const id = (any(wrote, random).request.body as { readonly id: string }).id;
        history.operations = history.operations.filter(
          ({ request }) => (request.body as { id?: string } | undefined)?.id !== id,
        );
        expect(violations(history).join('\n')).toContain(`for order ${id}) was asked for by nobody`);
      }),
      RUNS,
    );
  });

  it('law: is not certified with a read from before what was answered before it', async () => {
    await fc.assert(
      fc.asyncProperty(seed, luck, async (from, random) => {
        const history = await recordOf(from);
        const told = any(
          history.operations.filter(
            ({ request, reply }) =>
              reply?.status === 200 && /^\/skus\/\w$/.test(request.path) && request.method === 'GET',
          ),
          random,
        );
        const { id, version } = JSON.parse(told.reply?.text ?? '') as { readonly id: string; readonly version: number };
        fc.pre(history.rows.skus.some((sku) => sku.id === id && sku.version > version));
        Object.assign(told, { invoked: 10_000, completed: 10_001 });
        expect(violations(history).join('\n')).toMatch(
          new RegExp(`real_time: SKU ${id}: .* saw version ${version}, and version \\d+ was answered before`),
        );
      }),
      RUNS,
    );
  });
});
