/** The baskets of the real week: its purchases, each with its lines. */
import { readSales, unitsOf } from '../../replay/sales.ts';
import type { WorkloadName } from '../way.ts';
import type { Baskets } from './workloads.ts';

/** Reads the fixture, if the workload is made of it. Lines of an invoice that name the same SKU are one, as the service makes them one. */
export async function basketsOf(workload: WorkloadName): Promise<Baskets> {
  if (workload !== 'baskets') return [];
  const { purchases } = await readSales();
  return purchases.map((invoice) => Array.from(unitsOf(invoice), ([skuId, quantity]) => ({ skuId, quantity })));
}
