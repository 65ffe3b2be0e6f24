/**
 * Runs one history on a shop and judges it. It makes each burst at once. Then, while nothing is under way, it asks what
 * the shop says about itself.
 */
import type { ShopAdapter } from './adapter.ts';
import type { History } from './history.ts';
import type { Told } from './model.ts';
import { OpenShop, type Patience, UNANSWERED } from './open-shop.ts';
import { type Broken, ShopModel } from './shop-model.ts';

export interface Ran {
  readonly broken: Broken | null;
  readonly bursts: readonly (readonly Told[])[];
}

/**
 * Runs `history`, or the part of it that is done when `isOver` returns true. Rejects with `AdapterFault` when the
 * adapter does not work, and with `OutOfTime` when the time of `patience` is up.
 */
export async function runHistory(
  adapter: ShopAdapter,
  history: History,
  patience: Patience,
  isOver: () => boolean,
): Promise<Ran> {
  const shop = new OpenShop(adapter, patience);
  const model = new ShopModel(history.stock);
  await shop.open(history.stock);
  for (const [i, calls] of history.bursts.entries()) {
    if (isOver()) break;
    const told = await shop.ask(calls);
    model.told(told);
    if (told.some(({ error }) => error === UNANSWERED)) return { broken: model.unanswered(), bursts: model.bursts };
    // Not before a restart: looking at the shop gives it time to write what it has answered.
    if (history.bursts[i + 1]?.[0]?.kind === 'restart') continue;
    const broken = model.saw(await shop.look(Object.keys(history.stock)));
    if (broken !== null) return { broken, bursts: model.bursts };
  }
  return { broken: null, bursts: model.bursts };
}
