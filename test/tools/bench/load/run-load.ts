/** One load, from the first SKU that is met to the last answer. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LoadOptions, LoadResult } from '../way.ts';
import type { Shop } from './channel.ts';
import { closedLoop } from './closed-loop.ts';
import { openLoop } from './open-loop.ts';
import { Tally } from './tally.ts';
import type { Asking } from './workloads.ts';

/** By then the units of `sold_out` are gone, or it is measured without that. */
const SELL_OUT_MS_MAX = 30_000;
const MEETING_AT_ONCE = 32;

/** Runs a load. `onMeasuring` is called when the warm-up is over; nothing is left unanswered when it resolves. An open loop is given up when it is `lateMsMax` behind. */
export async function runLoad(
  shop: Shop,
  asking: Asking,
  { warmupSeconds, seconds, ratePerSecond }: LoadOptions,
  onMeasuring: () => void,
  lateMsMax?: number,
): Promise<LoadResult> {
  await meet(shop, asking.met);
  const tally = new Tally(asking.sellsOut);
  const loop =
    ratePerSecond === null
      ? closedLoop(shop.channels, asking, tally)
      : openLoop(shop.channels, asking, ratePerSecond, tally, lateMsMax);
  loop.start();
  await Promise.race([pause(warmupSeconds * 1000), loop.ranOut]);
  const sellOutMs = performance.now() + SELL_OUT_MS_MAX;
  while (asking.sellsOut && tally.refused === 0 && performance.now() < sellOutMs) await pause(10);
  tally.begin();
  onMeasuring();
  await Promise.race([pause(seconds * 1000), loop.ranOut]);
  tally.end();
  await loop.ended;
  return tally.result();
}

/** Does not keep the process alive. */
const pause = (ms: number): Promise<void> => delay(ms, undefined, { ref: false });

async function meet(shop: Shop, skuIds: readonly string[]): Promise<void> {
  const waiting = skuIds.values();
  const read = async (): Promise<void> => {
    for (const id of waiting) await shop.read(id);
  };
  await Promise.all(Array.from({ length: MEETING_AT_ONCE }, read));
}
