/** Keepers of the library on databases that are gone with the test. */
import type { StockKeeper } from '../../src/index.ts';

export async function withMugs(keeper: StockKeeper, onHand: number): Promise<StockKeeper> {
  const created = await keeper.createSku({ id: 'MUG', name: 'Mug', price: 1290, onHand });
  if (created.kind !== 'sku_created') throw new Error(`no mugs: ${created.kind}`);
  return keeper;
}

/** What may be reserved of the mugs; the refusal when it is not told. */
export async function mugsOf(keeper: StockKeeper): Promise<number | string> {
  const read = await keeper.readSku({ id: 'MUG' });
  return read.kind === 'sku' ? read.sku.available : read.kind;
}
