import { describe, expect, it } from 'vitest';
import { Keeper } from '../../../src/keeper/keeper.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { FAULTS, STILL_TRUE } from './bad-stories.ts';
import { certifyRows } from './certificate.ts';
import { History } from './history.ts';
import { move, tellStory } from './story.ts';
import { serve, Till } from './till.ts';
import { seeded, Traffic } from './traffic.ts';

describe('thousands of operations of concurrent clients of a real keeper', () => {
  it('are certified', async () => {
    const store = new MemoryStore();
    const history = new History();
    const till = await Till.open(new Keeper({ store, lists: store }), history);
    const traffic = new Traffic({ skus: ['a', 'b', 'c', 'd'], random: seeded(7) });
    for (const request of traffic.opening()) await till.ask(request);
    await serve(
      (request) => till.ask(request),
      16,
      1500,
      () => traffic.next(),
    );
    const rows = { skus: [...store.skuRows.values()], orders: [...store.orderRows.values()], movements: store.ledger };
    const certificate = certifyRows(history, rows);
    expect(certificate).toMatchObject({ violations: [], operations: 1504, unknown: 0, skus: 4 });
    expect(certificate.acknowledged).toBeGreaterThan(750);
  });
});

describe('a story of a shop', () => {
  it.each(STILL_TRUE)('is certified with $by', async ({ plant }) => {
    const story = await tellStory();
    plant(story);
    expect(certifyRows(story, story.rows).violations).toEqual([]);
  });

  it('may have movements of a foreign writer where that is said', async () => {
    const story = await tellStory();
    move(story, 'cup', { kind: 'received', quantity: 2 });
    expect(certifyRows(story, story.rows).violations).toHaveLength(1);
    expect(certifyRows(story, story.rows, { foreignSkus: ['cup'] }).violations).toEqual([]);
  });
});

describe.each(Object.entries(FAULTS))('a fault that the rule %s is for', (rule, faults) => {
  it.each(faults)('is found: $by', async ({ plant, names }) => {
    const story = await tellStory();
    plant(story);
    const found = certifyRows(story, story.rows).violations.filter((text) => text.startsWith(`${rule}: `));
    expect(found.join('\n')).toMatch(names);
  });
});
