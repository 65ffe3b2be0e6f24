/**
 * The two ways to load. In a closed loop each shopper asks again as soon as it is answered: how much is done. In an open loop requests are due at a
 * fixed rate whether or not others were answered, and their latency counts from when they were due: how long one waits, and nothing that was not
 * even sent is left out of it.
 */
import type { LineRequest } from '../../../src/orders/order.ts';
import type { LoadOptions } from '../way.ts';
import { Tally } from './tally.ts';
import type { Workload } from './workloads.ts';

/** Where orders are placed and cancelled; each is called back once. `shopper` is a number from 0. */
export interface Shop {
  place(shopper: number, lines: readonly LineRequest[], answered: (status: number, orderId: string) => void): void;
  cancel(shopper: number, orderId: string, answered: (status: number) => void): void;
}

/** In an open loop, as many may be due and not sent; beyond that, what is loaded cannot keep up. */
const UNSENT_MAX = 20_000;

/** Runs a load and resolves when all is answered. `onMeasured` is called when the warm-up is over. */
export async function runLoad(
  shop: Shop,
  workload: Workload,
  options: LoadOptions,
  onMeasured: () => void,
): Promise<Tally> {
  const tally = new Tally();
  const load = { shop, workload, options, tally };
  await meet(load);
  const begin = performance.now() + options.warmupSeconds * 1000;
  const until = begin + options.seconds * 1000;
  const measured = () => {
    tally.measure();
    onMeasured();
  };
  if (options.warmupSeconds === 0) measured();
  const timer = options.warmupSeconds === 0 ? undefined : setTimeout(measured, options.warmupSeconds * 1000);
  if (options.ratePerSecond !== null) await openLoop(load, options.ratePerSecond, until);
  else if (options.workload === 'place_cancel_cancel') await closedPairs(load, until);
  else await closedLoop(load, until);
  clearTimeout(timer);
  return tally;
}

interface Load {
  readonly shop: Shop;
  readonly workload: Workload;
  readonly options: LoadOptions;
  readonly tally: Tally;
}

const unitsOf = (lines: readonly LineRequest[]): number => lines.reduce((sum, { quantity }) => sum + quantity, 0);

/** Places an order; `dueMs` is when it should have been sent. */
function place(
  { shop, tally }: Load,
  shopper: number,
  lines: readonly LineRequest[],
  dueMs: number,
  then: (orderId: string | null) => void,
): void {
  shop.place(shopper, lines, (status, orderId) => {
    tally.answered('place', status, dueMs, status === 201 ? lines.length : 0);
    if (status === 201) {
      tally.placed.orders++;
      tally.placed.units += unitsOf(lines);
    } else if (status !== 409 && status !== 503) {
      tally.fault(`a placement was answered ${status}`);
    }
    then(status === 201 ? orderId : null);
  });
}

/** One after another: every way meets all SKUs before it is measured, as a shop that has been open for a while. */
async function meet(load: Load): Promise<void> {
  for (const lines of load.workload.meeting) {
    await new Promise<void>((resolve) => place(load, 0, lines, performance.now(), () => resolve()));
  }
}

async function closedLoop(load: Load, until: number): Promise<void> {
  const shopping = (shopper: number) =>
    new Promise<void>((resolve) => {
      const ask = () => {
        const now = performance.now();
        const lines = now < until ? load.workload.next() : null;
        if (lines === null) resolve();
        else place(load, shopper, lines, now, ask);
      };
      ask();
    });
  await Promise.all(Array.from({ length: load.options.connections }, (_, shopper) => shopping(shopper)));
}

/** Each shopper has two connections: it places an order, then cancels it on both at once. With one connection, one after the other. */
async function closedPairs(load: Load, until: number): Promise<void> {
  const { shop, tally, workload } = load;
  const { connections } = load.options;
  const other = (shopper: number) => (connections === 1 ? shopper : shopper + 1);
  const cancel = (shopper: number, orderId: string) =>
    new Promise<boolean>((resolve) => {
      const due = performance.now();
      shop.cancel(shopper, orderId, (status) => {
        tally.answered('cancel', status, due, 0);
        if (status !== 200 && status !== 503) tally.fault(`a cancel was answered ${status}`);
        resolve(status === 200);
      });
    });
  const shopping = async (shopper: number) => {
    while (performance.now() < until) {
      const lines = workload.next() ?? [];
      const orderId = await new Promise<string | null>((resolve) =>
        place(load, shopper, lines, performance.now(), resolve),
      );
      if (orderId === null) continue;
      const first = cancel(shopper, orderId);
      if (connections === 1) await first;
      const cancelled = await Promise.all([first, cancel(other(shopper), orderId)]);
      if (!cancelled.includes(true)) continue;
      tally.cancelled.orders++;
      tally.cancelled.units += unitsOf(lines);
    }
  };
  const shoppers = connections === 1 ? [0] : Array.from({ length: connections >> 1 }, (_, pair) => 2 * pair);
  await Promise.all(shoppers.map(shopping));
}

/** Due requests are sent over whichever connection is free; while none is, they wait, and their time goes on. */
async function openLoop(load: Load, ratePerSecond: number, until: number): Promise<void> {
  const free = Array.from({ length: load.options.connections }, (_, shopper) => shopper);
  const due: number[] = [];
  let head = 0;
  const began = performance.now();
  let counted = 0;
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const send = () => {
    while (head < due.length && free.length > 0) {
      const shopper = free.pop() ?? 0;
      const at = due[head++] ?? 0;
      place(load, shopper, load.workload.next() ?? [], at, () => {
        free.push(shopper);
        send();
      });
    }
    if (performance.now() >= until && head === due.length && free.length === load.options.connections) resolve();
  };
  const tick = () => {
    const now = Math.min(performance.now(), until);
    for (
      let next = began + (counted * 1000) / ratePerSecond;
      next <= now;
      next = began + (counted * 1000) / ratePerSecond
    ) {
      due.push(next);
      counted++;
    }
    if (due.length - head > UNSENT_MAX) {
      load.tally.fault(`cannot keep up with ${ratePerSecond} requests a second: ${UNSENT_MAX} wait to be sent`);
      due.length = head;
      counted = Number.POSITIVE_INFINITY;
    }
    send();
    if (performance.now() < until) setTimeout(tick, 1);
    else send();
  };
  tick();
  await over;
}
