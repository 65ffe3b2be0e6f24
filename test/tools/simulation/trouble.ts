/** What befalls a world beside its wires: processes die or are ended and begin anew, clocks are set, others write, rows are corrupted. */

import type { Order } from '../../../src/shop/orders/order.ts';
import { serveClient } from './clients.ts';
import type { WrittenBy } from './database.ts';
import { isUnknown, type Request } from './history.ts';
import { Process } from './process.ts';
import type { Fault } from './profile.ts';
import type { Requests } from './requests.ts';
import { writeBehind } from './second-writer.ts';
import type { World } from './world.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** Puts all that befalls this world on its timeline, within `spanMs`. */
export function planTrouble(world: World, requests: Requests, spanMs: number): void {
  const { random, timeline, profile } = world;
  const plan = (fault: Fault, most: number, run: () => Promise<void> | void) => {
    if (!profile.faults.has(fault)) return;
    for (let times = random.integer(1, most); times > 0; times--) {
      const befall = () => {
        if (!world.weather.isOver) void run();
      };
      timeline.after(random.integer(1, spanMs), () => {
        if (random.chance(0.5)) befall();
        else world.ambush = befall;
      });
    }
  };
  plan('crash', 4, () => crash(world));
  plan('corrupt_row', 2, () => crash(world, () => corrupt(world, requests)));
  plan('closing', 3, () => close(world));
  plan('clock_jump', 4, () => jump(world, random.pick([-HOUR, HOUR, -SECOND, SECOND, 10 * SECOND])));
  plan('day_passes', 2, () => jump(world, 25 * HOUR));
  plan('doubt', 3, () => doubt(world));
  plan('deposed', 2, () => depose(world, requests));
  plan('second_writer', 12, () => anotherWrites(world, requests, 'other'));
}

export function startProcess(world: World): void {
  world.coverage.count('path: process started');
  world.trace(() => 'a process starts');
  world.process = new Process(world);
}

async function crash(world: World, meanwhile: () => void = () => {}): Promise<void> {
  const { process } = world;
  if (process === null) return;
  world.coverage.count('fault: crash');
  world.trace(() => 'the process is killed');
  world.process = null;
  await process.kill();
  meanwhile();
  await world.timeline.sleep(world.random.integer(1, 600));
  startProcess(world);
}

async function close(world: World): Promise<void> {
  const { process } = world;
  if (process === null || process.isClosing) return;
  world.coverage.count('fault: closing');
  world.trace(() => 'the process is told to end');
  await process.close();
  // It may have been killed meanwhile, and another one been started.
  if (world.process !== process) return;
  world.process = null;
  world.trace(() => 'the process has ended');
  await world.timeline.sleep(world.random.integer(1, 600));
  startProcess(world);
}

/** For a while the process cannot tell whether it still owns the database; it does. */
async function doubt(world: World): Promise<void> {
  const { process, coverage, timeline, random, trace } = world;
  if (process === null || !process.isOwner) return;
  coverage.count('fault: doubt');
  trace(() => 'the process is not certain any more');
  process.tenure.doubt();
  await timeline.sleep(random.integer(1, 1500));
  trace(() => 'the process is certain again');
  process.tenure.renew();
}

/** Another process owns the database for a while, and writes. This one is told at once, late, or only when it owns it again. */
async function depose(world: World, requests: Requests): Promise<void> {
  const { process, coverage, timeline, random, trace } = world;
  if (process === null || !process.isOwner) return;
  coverage.count('fault: deposed');
  trace(() => 'another process owns the database');
  const { tenure, keeper } = process;
  tenure.depose();
  const isTold = random.chance(0.6);
  if (isTold) keeper.startOver();
  for (let turns = random.integer(0, 6); turns > 0; turns--) {
    await timeline.sleep(random.integer(0, 200));
    // Killed meanwhile, it is followed by one that owns the database.
    if (world.process !== null && world.process !== process) return;
    if (isTold && random.chance(0.3)) tenure.standBy();
    await anotherWrites(world, requests, 'another_owner');
  }
  await timeline.sleep(random.integer(1, 500));
  trace(() => 'the process owns the database again');
  keeper.startOver();
  tenure.take();
}

function jump(world: World, byMs: number): void {
  world.coverage.count(byMs > 0 ? 'fault: clock set forward' : 'fault: clock set back');
  world.trace(() => `the clock is set by ${byMs} ms`);
  world.setClock(byMs);
}

/** Mostly what a client has just asked for: it asks there what it was not answered here. */
async function anotherWrites(world: World, requests: Requests, by: WrittenBy): Promise<void> {
  const asked = world.history.findLast((it) => it.request.isRepeatable && isUnknown(it));
  const request = asked !== undefined && world.random.chance(0.5) ? asked.request : requests.next();
  const { command } = request;
  // The key of one request may come with another one there.
  const key = world.history.findLast((it) => it.answered === null && it.request.idempotency !== null)?.request
    .idempotency?.key;
  const isShared = by === 'other' && key !== undefined && asked?.request !== request;
  const idempotency = isShared ? { key, fingerprint: JSON.stringify(command) } : request.idempotency;
  if ('idIsNew' in command && command.idIsNew) return;
  await writeBehind(world, command, idempotency, by);
}

/** A row is overwritten by hand: a SKU contradicts its ledger, or a line of an order says more than its SKU has reserved. */
function corrupt(world: World, requests: Requests): void {
  const { coverage, random, trace, tainted } = world;
  const { store } = world.database;
  const torn = [...store.orderRows.values()].find(({ status, lines }) => status !== 'cancelled' && lines.length > 1);
  if (torn !== undefined && random.chance(0.7)) {
    const { skuId = '' } = torn.lines.at(-1) ?? {};
    coverage.count('fault: line torn');
    trace(() => `order ${torn.id} is torn at ${skuId}`);
    for (const name of [`order ${torn.id}`, `lines of ${skuId}`]) tainted.add(name);
    store.tearLine(torn.id, skuId, 1000);
    crowdAround(world, requests, torn);
    return;
  }
  const [cart] = [...store.cartRows.values()].filter(({ lines }) => lines.length > 0);
  if (cart !== undefined && random.chance(0.3)) {
    coverage.count('fault: cart corrupted');
    trace(() => `cart ${cart.id} is corrupted`);
    tainted.add(`cart ${cart.id}`);
    store.cartRows.set(cart.id, { ...cart, lines: cart.lines.map((line) => ({ ...line, quantity: 0 })) });
    return;
  }
  if (random.chance(0.7)) return;
  const id = random.pick(world.skuIds());
  const row = store.skuRows.get(id);
  if (row === undefined) return;
  coverage.count('fault: row corrupted');
  trace(() => `SKU ${id} is corrupted`);
  tainted.add(`SKU ${id}`);
  store.skuRows.set(id, { ...row, onHand: row.onHand + 1 });
}

/** Clients move and read the first SKU of a torn order while others cancel the order: their turns are stopped midway, and memory thrown away. */
function crowdAround(world: World, requests: Requests, { id, lines }: Order): void {
  const { clients, timeline, random } = world;
  const { skuId = '' } = lines[0] ?? {};
  const come = (request: () => Request) => {
    clients.push(timeline.sleep(random.integer(600, 700)).then(() => serveClient(world, request())));
  };
  for (let i = 0; i < 6; i++) {
    come(() => requests.receipt(skuId));
    come(() => requests.of({ kind: 'cancel', orderId: id, reason: null }));
    come(() => requests.of({ kind: 'read_sku', skuId }));
  }
}
