/** The fixture is what its README says, and its reading what the replay relies on. */
import { describe, expect, it } from 'vitest';
import { readSales, unitsOf } from './sales.ts';

describe('the week of real sales', async () => {
  const { skus, purchases, cancellations } = await readSales();

  it('has 1 823 SKUs and 525 invoices, of which 4 are cancellations', () => {
    expect([skus.length, purchases.length + cancellations.length, cancellations.length]).toEqual([1823, 525, 4]);
  });

  it('has invoices of up to 169 lines, of which 86 name a SKU twice', () => {
    expect(Math.max(...purchases.map(({ lines }) => lines.length))).toBe(169);
    expect(purchases.filter((invoice) => unitsOf(invoice).size < invoice.lines.length)).toHaveLength(86);
  });

  it('opens each SKU with 90 % of what was bought of it, rounded down', () => {
    const bought = (skuId: string) =>
      purchases.reduce((units, invoice) => units + (unitsOf(invoice).get(skuId) ?? 0), 0);
    const mostly = skus.find(({ id }) => id === '85123A');
    expect(mostly).toMatchObject({ name: 'WHITE HANGING HEART T-LIGHT HOLDER', price: 255 });
    for (const { id, onHand } of skus.slice(0, 50)) expect(onHand).toBe(Math.floor((bought(id) * 9) / 10));
    expect(skus.find(({ id }) => id === 'D')).toMatchObject({ onHand: 0, price: 2750 });
  });

  it('gives units back as positive numbers', () => {
    expect(cancellations.flatMap(({ lines }) => lines).filter(({ quantity }) => quantity > 0)).toHaveLength(10);
  });
});
