/**
 * One seed: a world is made of it, clients come, all that is to befall it befalls it, and when the weather has cleared up and everybody
 * has an answer, the books, the answers and the memory are checked. The same seed gives the same run, event by event.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Cart } from '../../../src/shop/carts/cart.ts';
import type { Command } from '../../../src/shop/commands.ts';
import type { Order } from '../../../src/shop/orders/order.ts';
import type { Outcome } from '../../../src/shop/outcome.ts';
import type { Sku } from '../../../src/shop/skus/sku.ts';
import { AT } from '../../support/shop.ts';
import { checkAnswers } from './checks/answers.ts';
import { checkBooks } from './checks/books.ts';
import { stored } from './checks/cart-answers.ts';
import { checkCarts } from './checks/carts.ts';
import { checkCustomers } from './checks/customers.ts';
import { checkDeeds } from './checks/deeds.ts';
import { checkWaiting } from './checks/waiting.ts';
import { checkWords } from './checks/words.ts';
import { ask, serveClient } from './clients.ts';
import { type Asked, isPlacement } from './history.ts';
import { linearizes } from './linear.ts';
import { isSoleWriter } from './profile.ts';
import { Requests } from './requests.ts';
import { planTrouble, startProcess } from './trouble.ts';
import { HANG_MS } from './weather.ts';
import { World } from './world.ts';

export interface Run {
  readonly seed: number;
  /** Sentences, each opening with the invariant; none when all hold. */
  readonly violations: readonly string[];
  readonly coverage: readonly (readonly [string, number])[];
  readonly events: number;
  /** The longest that a call waited for its answer, milliseconds of virtual time. */
  readonly longestMs: number;
}

/** No call waits longer than this for its answer, beyond the time that it would wait for stock, milliseconds of virtual time (I9). */
const ANSWERED_WITHIN_MS = 31_000;
/** After the weather has cleared up, everybody has an answer by then. */
const QUIET_WITHIN_MS = 150_000;

/** Runs one seed; `write` is handed the trace, line by line. */
export async function simulate(seed: number, write: ((line: string) => void) | null = null): Promise<Run> {
  const world = new World(seed, write);
  const { timeline, violations, coverage, profile } = world;
  world.trace(() => `seed ${seed}: ${JSON.stringify({ ...profile, faults: [...profile.faults] })}`);
  const spanMs = profile.spreadMs + world.random.integer(200, 3000);
  let isOver = false;
  const story = live(world, spanMs).then(() => {
    isOver = true;
  });
  const isQuiet = await timeline.runUntil(() => isOver, spanMs + QUIET_WITHIN_MS);
  if (isQuiet && isOver) await story;
  else violations.push(`I9: not quiet at ${timeline.now} ms`);
  for (const [n, { answered, command }] of world.history.entries()) {
    if (answered === null) violations.push(`I9: #${n} ${JSON.stringify(command)} was never answered`);
  }
  const longestMs = Math.max(0, ...world.history.map(workedOnMs));
  if (longestMs > ANSWERED_WITHIN_MS) violations.push(`I9: a call was answered after ${longestMs} ms`);
  violations.push(...checkBooks(world.database.store, world.tainted));
  violations.push(...checkAnswers(world), ...checkWords(world), ...checkDeeds(world), ...checkCustomers(world));
  violations.push(...checkCarts(world), ...checkWaiting(world));
  // A checkout that is decided again buys what was picked before, of a cart that may be another one by then: two moments, not one.
  const isOneMoment = world.failures.length === 0 || world.history.every(({ command }) => command.kind !== 'checkout');
  if (profile.isFrozen && isOneMoment && violations.length === 0) {
    const isLinear = linearizes(world.history, AT);
    coverage.count(isLinear === 'undecided' ? 'check: too large to linearize' : 'check: linearized');
    if (isLinear === false) violations.push('I8: no order of the same commands explains the answers');
  }
  for (const violation of violations) world.trace(() => `VIOLATION ${violation}`);
  return { seed, violations, coverage: coverage.entries(), events: timeline.events, longestMs };
}

/** How long an answer took, beyond the time that was to be waited for stock. */
function workedOnMs({ command, calledMs, answeredMs }: Asked): number {
  const waitMs = isPlacement(command) ? (command.waitSeconds ?? 0) * 1000 : 0;
  return (answeredMs ?? calledMs) - calledMs - waitMs;
}

async function live(world: World, spanMs: number): Promise<void> {
  const { timeline, random, profile, weather } = world;
  const requests = new Requests(world);
  startProcess(world);
  timeline.look = () => world.lineWatch.look();
  const come = (afterMs: number, request: () => ReturnType<Requests['next']>) => {
    world.clients.push(timeline.sleep(afterMs).then(() => serveClient(world, request())));
  };
  for (const skuId of world.skuIds()) come(0, () => requests.opening(skuId));
  for (let i = 0; i < profile.requests; i++) come(random.integer(0, profile.spreadMs), () => requests.next());
  planTrouble(world, requests, spanMs);
  await timeline.sleep(spanMs);
  weather.clearUp();
  world.trace(() => 'the weather clears up');
  for (const client of world.clients) await client;
  await endQuietly(world);
}

/** Nothing is overdue after a sweep, and memory is what is stored (I6). */
async function endQuietly(world: World): Promise<void> {
  const { timeline, violations, database, profile } = world;
  // What hung when the weather cleared up is over by then.
  await timeline.sleep(HANG_MS + 1000);
  while (!world.process?.isOwner || world.process.isClosing) await timeline.sleep(100);
  const { process } = world;
  const now = world.clock();
  await process.sweeper.sweep();
  for (const { id, status, expiresAt, lines } of database.store.orderRows.values()) {
    const isStuck = world.tainted.has(`order ${id}`) || lines.some(({ skuId }) => world.tainted.has(`SKU ${skuId}`));
    if (status === 'pending' && expiresAt !== null && expiresAt <= now && !isStuck) {
      violations.push(`I4: order ${id} was overdue before a sweep and is pending after it`);
    }
  }
  // What a second writer wrote last, memory learns with its next commit; a process that starts reads it.
  if (!isSoleWriter(profile)) {
    await process.kill();
    startProcess(world);
  }
  const ids: Command[] = world.skuIds().map((skuId) => ({ kind: 'read_sku', skuId }));
  for (const orderId of database.store.orderRows.keys()) ids.push({ kind: 'read_order', orderId });
  for (const cartId of database.store.cartRows.keys()) ids.push({ kind: 'read_cart', cartId });
  await Promise.all(ids.map((command) => readBack(world, command)));
  // A sweep of the new process may be at work; with nothing failing it is through soon.
  const isBusy = () => (world.process?.keeper.load.commands ?? 0) > 0;
  for (let looks = 200; isBusy() && looks > 0; looks--) await timeline.sleep(7);
  if (isBusy()) violations.push('I9: a command is worked on when all is quiet');
  if (world.process?.keeper.load.waiting !== 0) violations.push('W2: somebody waits in the line when all are answered');
}

async function readBack(world: World, command: Command): Promise<void> {
  const row = rowOf(world, command);
  for (;;) {
    const { answer } = await ask(world, { n: -1, command, idempotency: null, isRepeatable: true });
    const { outcome } = answer ?? {};
    if (outcome?.kind === 'overloaded') {
      await world.timeline.sleep(10);
      continue;
    }
    if (outcome?.kind === 'sku_quarantined' && world.tainted.has(`SKU ${outcome.skuId}`)) return;
    if (outcome?.kind === 'cart_quarantined' && world.tainted.has(`cart ${outcome.cartId}`)) return;
    // A sweeper may make an end of an idle cart between the question and the answer.
    const isStored = [row, rowOf(world, command)].some((one) => isDeepStrictEqual(readIn(outcome), one));
    if (!isStored) {
      world.violation(`I6: memory has ${JSON.stringify(outcome)}, stored is ${JSON.stringify(row)}`);
    }
    return;
  }
}

function rowOf({ database: { store } }: World, command: Command): Sku | Order | Cart | null {
  if (command.kind === 'read_sku') return store.skuRows.get(command.skuId) ?? null;
  if (command.kind === 'read_cart') return store.cartRows.get(command.cartId) ?? null;
  return command.kind === 'read_order' ? (store.orderRows.get(command.orderId) ?? null) : null;
}

function readIn(outcome: Outcome | undefined): Sku | Order | Cart | null {
  if (outcome?.kind === 'sku') return outcome.sku;
  if (outcome?.kind === 'cart') return stored(outcome.cart);
  return outcome?.kind === 'order' ? outcome.order : null;
}
