/** At which version a command may be carried out: all commands, all ways to ask, and what is there, against the model of preconditions. */
import { describe, expect, it } from 'vitest';
import { Bug } from '../../src/lib/assert.ts';
import type { Cart } from '../../src/shop/carts/cart.ts';
import type { Command } from '../../src/shop/commands.ts';
import { staleVersion } from '../../src/shop/commands.ts';
import type { OrderStatus } from '../../src/shop/orders/order.ts';
import type { Product } from '../../src/shop/products/product.ts';
import type { Turn } from '../../src/shop/turn.ts';
import type { Versions } from '../../src/shop/versions.ts';
import { cancel, checkout, create, place, put, readOrder, readSku, receive } from '../support/commands.ts';
import { EMPTY_WORLD, type World } from '../support/model.ts';
import { staleIn } from '../support/precondition-model.ts';
import { anOrder } from './orders/examples.ts';
import { aSku } from './skus/examples.ts';

const lines = [{ skuId: 'S', quantity: 1 }];
const changes = { price: 5 };

const OF_SKUS: Command[] = [
  create('S', 1),
  readSku('S'),
  { kind: 'change_sku', skuId: 'S', changes },
  receive('S', 1),
  { kind: 'adjust', skuId: 'S', by: { delta: 1 }, reason: 'r' },
];
const OF_ORDERS: Command[] = [
  place('o', { S: 1 }),
  readOrder('o'),
  cancel('o'),
  { kind: 'confirm', orderId: 'o' },
  { kind: 'ship', orderId: 'o' },
  { kind: 'reduce', orderId: 'o', skuId: 'S', quantity: 1 },
  { kind: 'return', orderId: 'o', lines, restock: true },
];
const OF_CARTS: Command[] = [
  { kind: 'read_cart', cartId: 'c' },
  put('c', 'S', 1),
  { kind: 'remove_line', cartId: 'c', skuId: 'S' },
  { kind: 'select_all', cartId: 'c', selected: true },
  { kind: 'merge_carts', cartId: 'c', from: 'd' },
  checkout('c', 'o'),
];

const CONDITIONS: (Versions | null | undefined)[] = [undefined, null, 0, 1, 2, [], [1, 2], [3, 0], '*'];

const turnOf = ({ skus, orders, carts }: World, product: Product | null = null): Turn =>
  ({
    sku: (id: string) => skus.get(id) ?? null,
    namedSku: (id: string) => skus.get(id) ?? expect.unreachable(),
    order: (id: string) => orders.get(id) ?? null,
    cart: (id: string) => carts.get(id) ?? null,
    product: (id: string) => (id === 'p' ? product : null),
  }) as unknown as Turn;

const cart = (version: number, of: Partial<Cart> = {}): Cart => ({
  ...{ id: 'c', lines: [], version, createdAt: 0, updatedAt: 100 },
  ...of,
});

/** What may be there of the SKU, the order and the cart: nothing, or all of them at one version. */
const WORLDS: World[] = [
  EMPTY_WORLD,
  ...[1, 2, 3].flatMap((version) =>
    (['pending', 'cancelled'] satisfies OrderStatus[]).map((status) => ({
      skus: new Map([['S', aSku({ id: 'S', version })]]),
      orders: new Map([['o', anOrder({ id: 'o', status, version })]]),
      carts: new Map([['c', cart(version)]]),
    })),
  ),
  // A cart, and no order: a checkout that is asked for the first time.
  ...[1, 2].map((version) => ({ ...EMPTY_WORLD, carts: new Map([['c', cart(version)]]) })),
];

describe('a command at a version', () => {
  // Red with: another thing's version looked at; `*` or a list misread; what was done refused when it is asked again.
  it.each([...OF_SKUS, ...OF_ORDERS, ...OF_CARTS])(
    'law: is as the model says, for all that may be asked: $kind',
    (command) => {
      const told = new Set<string>();
      for (const world of WORLDS) {
        for (const ifVersion of CONDITIONS) {
          for (const ifNotVersion of CONDITIONS) {
            const asked = { ...command, ifVersion, ifNotVersion } as Command;
            const stale = staleVersion(asked, turnOf(world));
            expect(stale).toEqual(staleIn(world, asked));
            told.add(stale === null ? 'may' : 'expected' in stale ? 'is not at it' : 'is at it');
          }
        }
      }
      expect([...told].toSorted()).toEqual(
        command.kind === 'place' ? ['is not at it', 'may'] : ['is at it', 'is not at it', 'may'],
      );
    },
  );

  it('is of a product when it puts one', () => {
    const product: Product = { id: 'p', name: 'n', description: null, version: 2, createdAt: 0, updatedAt: 0 };
    const put = (ifVersion: number): Command => ({
      kind: 'put_product',
      product: { id: 'p', name: 'n', description: null },
      ifVersion,
    });
    expect(staleVersion(put(2), turnOf(EMPTY_WORLD, product))).toBeNull();
    expect(staleVersion(put(0), turnOf(EMPTY_WORLD))).toBeNull();
    expect(staleVersion(put(1), turnOf(EMPTY_WORLD, product))).toEqual({
      ...{ kind: 'stale_version', productId: 'p', expected: 1, version: 2 },
    });
  });

  it.each<Command>([
    { kind: 'read_availability', skuIds: ['S'] },
    { kind: 'expire', orderId: 'o' },
    { kind: 'sweep_cart', cartId: 'c', idleMs: 1 },
  ])('cannot be asked of what has no one version: $kind', (command) => {
    expect(staleVersion(command, turnOf(EMPTY_WORLD))).toBeNull();
    expect(() => staleVersion({ ...command, ifVersion: 1 }, turnOf(EMPTY_WORLD))).toThrow(Bug);
    expect(() => staleVersion({ ...command, ifNotVersion: 1 }, turnOf(EMPTY_WORLD))).toThrow(Bug);
  });
});

describe('a cart that is read by whoever knows its version', () => {
  /** The cart was changed at 100, the SKUs of its two lines at these times. */
  const at = (...times: readonly [number, number]): World => ({
    ...EMPTY_WORLD,
    skus: new Map(times.map((updatedAt, i) => [`S${i}`, aSku({ id: `S${i}`, updatedAt })])),
    carts: new Map([['c', cart(4, { lines: times.map((_, i) => ({ skuId: `S${i}`, quantity: 1, selected: true })) })]]),
  });
  const read = (ifNotVersion: Versions, ifVersion: Versions | null = null): Command => ({
    kind: 'read_cart',
    ...{ cartId: 'c', ifNotVersion, ifVersion },
  });
  const known = { kind: 'stale_version', cartId: 'c', unexpected: 4, version: 4 };

  // Red with: the time of the first line alone; a SKU that changed in the millisecond of the cart taken for known.
  it.each<[string, readonly [number, number], object | null]>([
    ['no SKU of it has changed since', [99, 99], known],
    ['one has, in the same millisecond', [100, 99], null],
    ['the last has', [99, 101], null],
  ])('is shown unless it is as it was: %s', (_when, times, stale) => {
    expect(staleVersion(read(4), turnOf(at(...times)))).toEqual(stale);
  });

  it('is not shown to whoever wants none at all, or another version', () => {
    expect(staleVersion(read('*'), turnOf(at(101, 101)))).toMatchObject({ unexpected: '*' });
    expect(staleVersion(read(4, 3), turnOf(at(101, 101)))).toMatchObject({ expected: 3, version: 4 });
  });

  it('is not found where there is none', () => {
    expect(staleVersion(read(4), turnOf(EMPTY_WORLD))).toBeNull();
  });
});
