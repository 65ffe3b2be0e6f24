/** The actor of a SKU: it keeps what the rule decided, and nothing of a message that broke. */
import { describe, expect, it } from 'vitest';
import { Bug } from '../../../src/lib/assert.ts';
import { Corrupt } from '../../../src/lib/corrupt.ts';
import { decideStock, type StockMessage } from '../../../src/shop/skus/rules.ts';
import { skuOf, startSkuActor, tellSku } from '../../../src/shop/skus/sku-actor.ts';
import { aSku } from './examples.ts';

const reserve = (quantity: number): StockMessage => ({ type: 'reserve', quantity, orderId: 'o1', at: 2000 });
const release = (quantity: number): StockMessage => ({
  type: 'release',
  quantity,
  orderId: 'o1',
  reason: null,
  at: 2000,
});

describe('the actor of a SKU', () => {
  it('starts as the SKU it is given', () => {
    const sku = aSku({ version: 7 });
    expect(skuOf(startSkuActor(sku))).toBe(sku);
  });

  it('says what the rule decides and is the SKU after it', () => {
    const actor = startSkuActor(aSku());
    const said = tellSku(actor, reserve(3));
    expect(said).toEqual(decideStock(aSku(), reserve(3)));
    expect(skuOf(actor)).toMatchObject({ reserved: 3, version: 2 });
    expect(tellSku(actor, reserve(7)).kind).toBe('moved');
    expect(skuOf(actor)).toMatchObject({ reserved: 10, version: 3 });
  });

  it('stays as it is when it refuses', () => {
    const sku = aSku({ onHand: 2 });
    const actor = startSkuActor(sku);
    expect(tellSku(actor, reserve(3))).toMatchObject({ kind: 'refused', refusal: { kind: 'insufficient_stock' } });
    expect(skuOf(actor)).toBe(sku);
    expect(tellSku(actor, reserve(2)).kind).toBe('moved');
  });

  // Red with: no look at the actor's status after `send`. The reservation before the bug was said once more, movement included.
  it('throws what the rule threw, then and ever after, and never says again what it said before', () => {
    const actor = startSkuActor(aSku());
    expect(tellSku(actor, reserve(2)).kind).toBe('moved');
    expect(() => tellSku(actor, release(3))).toThrow(Corrupt);
    expect(() => tellSku(actor, reserve(1))).toThrow('released 3 for order o1 would make it onHand 10, reserved -1');
    expect(skuOf(actor)).toMatchObject({ reserved: 2, version: 2 });
  });

  it('that was stopped throws, for it drops what it is told', () => {
    const actor = startSkuActor(aSku());
    actor.stop();
    expect(() => tellSku(actor, reserve(1))).toThrow(Bug);
  });
});
