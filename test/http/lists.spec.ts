/** Rows that were read and cannot be shown are a bug, or a row that a hand has torn: not a database that does not answer. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildServer } from '../../src/http/server.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { ORDER, SKU } from './stand-in.ts';

async function answered(url: string) {
  const store = new MemoryStore();
  const never = { updatedAt: Number.POSITIVE_INFINITY };
  const lists = Object.assign(Object.create(store), {
    skus: async () => ({ items: [{ ...SKU, ...never }], next: null }),
    orders: async () => ({ items: [{ ...ORDER, ...never }], next: null }),
    bestSellers: async () => {
      throw new Error('the server has gone away');
    },
  });
  const keeper = new Keeper({ store, lists });
  const server = await buildServer({ keeper, logger: false });
  onTestFinished(async () => {
    await server.close();
    await keeper.close();
  });
  const { statusCode, json } = await server.inject(url);
  return [statusCode, json().code];
}

describe('a list', () => {
  it.each(['/skus', '/orders'])('whose rows cannot be shown is an error inside: %s', async (url) => {
    expect(await answered(url)).toEqual([500, 'internal_error']);
  });

  it('that cannot be read is told so', async () => {
    expect(await answered('/products?sort=sales')).toEqual([503, 'database_unavailable']);
  });
});
