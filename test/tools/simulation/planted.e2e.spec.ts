/** Bugs that a simulation must find; `node test/tools/simulation/planted.ts` hunts all of them and tells after how many seeds. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { changed, hunt } from './plant.ts';
import { PLANTED_BUGS } from './planted-bugs.ts';
import { PLANTED_SHOP_BUGS } from './planted-shop-bugs.ts';

const ALL = [...PLANTED_BUGS, ...PLANTED_SHOP_BUGS];

describe('a planted bug', () => {
  it('has its place in the sources as they are', async () => {
    for (const change of ALL.flatMap(({ changes }) => changes)) {
      const source = await readFile(new URL(`../../../${change.file}`, import.meta.url), 'utf8');
      expect(changed(source, change)).not.toBe(source);
    }
  });

  // Of each way of finding one: by the answers, by the batches, by the clock, by the carts, by the line.
  it.each([
    'a refusal does not wait for what it rests on',
    'what stood on a lost entry is committed',
    'an order expires a millisecond late',
    'a refused checkout empties the cart',
    'whoever has just come takes what others wait for',
    'another request under a key in flight is carried out',
    'a repeat is decided beside the first, and waits in a place of its own',
  ])('is found: %s', async (name) => {
    const bug = ALL.find((planted) => planted.name === name) ?? expect.unreachable();
    expect((await hunt(bug, 1500)).found).toMatch(/^[IW]\d: /);
  });

  it('that is none is not found', async () => {
    const harmless = {
      file: 'src/shop/orders/order.ts',
      text: 'at >= order.expiresAt;',
      instead: '!(at < order.expiresAt);',
    };
    expect(await hunt({ name: 'none', changes: [harmless] }, 40)).toEqual({ seeds: null, found: '' });
  });
});
