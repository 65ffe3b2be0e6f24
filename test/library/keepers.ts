/** Keepers of the library on databases that are gone with the test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StockKeeper } from '../../src/index.ts';

/** A folder that is removed when the stack is disposed of, after all that was put on it later. */
export async function folder(stack: AsyncDisposableStack): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'stock-keeper-library-'));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

export async function withMugs(keeper: StockKeeper, onHand: number): Promise<StockKeeper> {
  const created = await keeper.createSku({ id: 'MUG', name: 'Mug', price: 1290, onHand });
  if (created.kind !== 'sku_created') throw new Error(`no mugs: ${created.kind}`);
  return keeper;
}

/** What may be reserved of the mugs; the refusal when it is not told. */
export async function mugsOf(keeper: StockKeeper): Promise<number | string> {
  const read = await keeper.readSku('MUG');
  return read.kind === 'sku' ? read.sku.available : read.kind;
}
