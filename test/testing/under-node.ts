/** The kit under Node's own test runner; run by `under-node.spec.ts`. */
import { rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { checkShop, ShopBroken } from '../../src/testing/index.ts';
import { CancelTwice } from './shops/cancel-twice.ts';
import { Locked } from './shops/locked.ts';

test('a shop that is right', async () => {
  await checkShop(new Locked(), { seed: 1, runs: 50, timeLimitMs: 30_000 });
});

test('a shop with a planted bug, as it is told', async () => {
  await rejects(checkShop(new CancelTwice(), { seed: 1, timeLimitMs: 30_000 }), ShopBroken);
  await checkShop(new CancelTwice(), { seed: 1, timeLimitMs: 30_000 });
});
