/** What one command holds until its turn: each thing once, again when it has left memory, and released at the end. */
import { describe, expect, it } from 'vitest';
import type { Wanted } from '../../../src/journal/record.ts';
import { Memory } from '../../../src/keeper/memory/memory.ts';
import { Pins } from '../../../src/keeper/memory/pins.ts';
import { Bug } from '../../../src/lib/assert.ts';
import { anOrder } from '../../shop/orders/examples.ts';
import { aSku } from '../../shop/skus/examples.ts';
import { NOTHING_WANTED } from '../../support/nothing.ts';
import { quiet } from '../../support/shop.ts';

const record = { key: 'k', fingerprint: 'f', outcome: '{}', at: 0 };
const product = { id: 'p', name: 'n', description: null, version: 1, createdAt: 0, updatedAt: 0 };
const cart = (id: string) => ({ id, lines: [], version: 1, createdAt: 0, updatedAt: 0 });

/** These are stored: SKUs A and B, order o, key k, carts c and d, and product p. Ann has three of A. */
function aCommand() {
  const loads: Wanted[] = [];
  const load = async (wanted: Wanted) => {
    loads.push(wanted);
    return {
      skus: wanted.skus.filter((id) => 'AB'.includes(id)).map((id) => aSku({ id })),
      orders: wanted.orders.filter((id) => id === 'o').map((id) => anOrder({ id })),
      keys: wanted.keys.filter((key) => key === 'k').map(() => record),
      carts: wanted.carts.filter((id) => 'cd'.includes(id)).map(cart),
      products: wanted.products.filter((id) => id === 'p').map(() => product),
      standings: wanted.standings.map((id) => ({ id, units: 3 })),
      corrupt: [],
    };
  };
  const memory = new Memory({ load }, { residentsMax: 9, loadIdsMax: 9 });
  const pins = new Pins(memory);
  const all = () => {
    for (const id of ['A', 'B']) pins.pin('skus', id);
    pins.pin('orders', 'o');
    pins.pin('keys', 'k');
    for (const id of ['c', 'd']) pins.pin('carts', id);
    pins.pin('products', 'p');
  };
  return { memory, pins, all, loads };
}

describe('what a command wants', () => {
  it('is loaded once, however often it is wanted, and there when all loads are through', async () => {
    const { pins, all, loads } = aCommand();
    for (let i = 0; i < 3; i++) all();
    expect(pins.loading()).toHaveLength(7);
    for (const known of [pins.find('skus', 'A'), pins.find('orders', 'o'), pins.find('carts', 'c')])
      expect(known).toBeNull();
    expect(() => pins.resident('skus', 'A')).toThrow(Bug);
    await Promise.all(pins.loading());
    expect(pins.loading()).toEqual([]);
    expect(loads).toEqual([
      { ...NOTHING_WANTED, skus: ['A', 'B'], orders: ['o'], keys: ['k'], carts: ['c', 'd'], products: ['p'] },
    ]);
    expect([pins.resident('skus', 'B').id, pins.resident('orders', 'o').id, pins.resident('keys', 'k').id]).toEqual([
      'B',
      'o',
      'k',
    ]);
    expect([pins.resident('carts', 'd').id, pins.resident('products', 'p').id]).toEqual(['d', 'p']);
    expect([pins.find('skus', 'A')?.id, pins.find('orders', 'o')?.id, pins.find('carts', 'c')?.id]).toEqual([
      'A',
      'o',
      'c',
    ]);
  });

  it('may be known to be absent', async () => {
    const { pins } = aCommand();
    pins.pin('skus', 'none');
    pins.pin('orders', 'none');
    await Promise.all(pins.loading());
    expect([pins.resident('skus', 'none').state, pins.resident('orders', 'none').state]).toEqual(['absent', 'absent']);
    expect([pins.find('skus', 'none'), pins.find('orders', 'none')]).toEqual([null, null]);
    // If it is wanted again, it is not read again.
    pins.pin('skus', 'none');
    pins.pin('orders', 'none');
    expect(pins.loading()).toEqual([]);
  });

  // Red with: a turn on something that was not asked for, or that has another id.
  it('is all that a turn may look at', async () => {
    const { pins, all } = aCommand();
    const looks = [
      () => pins.resident('skus', 'C'),
      () => pins.resident('orders', 'p'),
      () => pins.resident('keys', 'l'),
      () => pins.resident('carts', 'e'),
      () => pins.resident('products', 'q'),
      () => pins.standing('ann', 'A'),
    ];
    for (const look of looks) expect(look).toThrow(Bug);
    expect(pins.find('orders', 'o')).toBeNull();
    all();
    await Promise.all(pins.loading());
    for (const look of looks) expect(look).toThrow(Bug);
    expect([pins.find('orders', 'p'), pins.find('skus', 'C'), pins.find('carts', 'e')]).toEqual([null, null, null]);
  });

  it('stays in memory until it is let go of, and is pinned once', async () => {
    const { memory, pins, all } = aCommand();
    for (let i = 0; i < 2; i++) all();
    pins.pin('skus', 'none');
    pins.pinStanding('ann', 'A');
    await Promise.all(pins.loading());
    const pinned = [
      ...[
        pins.resident('skus', 'A'),
        pins.resident('skus', 'B'),
        pins.resident('orders', 'o'),
        pins.resident('keys', 'k'),
      ],
      ...[
        pins.resident('carts', 'c'),
        pins.resident('carts', 'd'),
        pins.resident('products', 'p'),
        memory.standings.find('["ann","A"]'),
      ],
    ];
    const absent = pins.resident('skus', 'none');
    expect(pinned.map((one) => one?.pins)).toEqual(pinned.map(() => 1));
    pins.release();
    expect(pinned.map((one) => one?.pins)).toEqual(pinned.map(() => 0));
    expect(absent.state).toBe('gone');
    // They are released only once.
    pins.release();
    expect(pins.loading()).toEqual([]);
    for (const look of [
      () => pins.resident('skus', 'A'),
      () => pins.resident('orders', 'o'),
      () => pins.resident('keys', 'k'),
    ])
      expect(look).toThrow(Bug);
    for (const look of [() => pins.resident('carts', 'c'), () => pins.resident('products', 'p')])
      expect(look).toThrow(Bug);
    expect(() => pins.standing('ann', 'A')).toThrow(Bug);
  });

  it('is wanted anew when it has left memory: the one that left is pins no more', async () => {
    const { memory, pins, all, loads } = aCommand();
    all();
    await Promise.all(pins.loading());
    const [sku, order] = [pins.resident('skus', 'A'), pins.resident('orders', 'o')];
    memory.clear();
    expect(() => pins.resident('skus', 'A')).toThrow(Bug);
    all();
    expect(pins.loading()).toHaveLength(7);
    await Promise.all(pins.loading());
    expect(loads).toHaveLength(2);
    expect([sku.state, sku.pins, order.pins]).toEqual(['gone', 0, 0]);
    expect(pins.resident('skus', 'A')).not.toBe(sku);
  });
});

describe('an order whose id was made for the command', () => {
  it('is absent without being looked for, once, and anew when memory was thrown away', async () => {
    const { memory, pins, loads } = aCommand();
    for (let i = 0; i < 2; i++) pins.pinNew('orders', 'new');
    const first = pins.resident('orders', 'new');
    expect([first.state, first.pins, pins.loading()]).toEqual(['absent', 1, []]);
    memory.clear();
    pins.pinNew('orders', 'new');
    expect(pins.resident('orders', 'new')).not.toBe(first);
    await quiet();
    expect(loads).toEqual([]);
    pins.release();
    expect(memory.residents.orders.size).toBe(0);
  });
});

describe('what a customer has of a SKU', () => {
  it('is read beside the SKU that is in memory, once', async () => {
    const { pins, loads } = aCommand();
    pins.pin('skus', 'A');
    await Promise.all(pins.loading());
    for (let i = 0; i < 2; i++) {
      pins.pinStanding('ann', 'A');
      await Promise.all(pins.loading());
    }
    expect(pins.standing('ann', 'A')).toEqual({ sku: pins.resident('skus', 'A'), units: 3 });
    expect(loads).toHaveLength(2);
  });

  // Red with: units counted beside a SKU that has lost its commit since.
  it('is read again when the SKU was, and not before', async () => {
    const { memory, pins, loads } = aCommand();
    pins.pin('skus', 'A');
    await Promise.all(pins.loading());
    pins.pinStanding('ann', 'A');
    await Promise.all(pins.loading());
    memory.residents.skus.evict(pins.resident('skus', 'A'));
    pins.pin('skus', 'A');
    await Promise.all(pins.loading());
    expect(() => pins.standing('ann', 'A')).toThrow(Bug);
    pins.pinStanding('ann', 'A');
    expect(pins.loading()).toHaveLength(1);
    await Promise.all(pins.loading());
    expect(pins.standing('ann', 'A').sku).toBe(pins.resident('skus', 'A'));
    expect(loads.map(({ standings }) => standings.length)).toEqual([0, 1, 0, 1]);
    pins.release();
    expect(memory.standings.find('["ann","A"]')?.pins).toBe(0);
  });
});
