/** Clients: each has a request, asks, and asks again when the answer says nothing; some ask several times at once, some lose patience. */
import type { Command } from '../../../src/shop/commands.ts';
import { type Asked, isFinal, isPlacement, isUnknown, type Request } from './history.ts';
import { POISON, type World } from './world.ts';

/** Runs until the client has its answer or gives up. */
export async function serveClient(world: World, request: Request): Promise<void> {
  const { random, coverage } = world;
  await waitForTheEdge(world, request.command);
  const copies = request.isRepeatable && random.chance(0.15) ? random.integer(2, 5) : 1;
  if (copies > 1) coverage.count('client: the same at once', copies);
  await Promise.all(
    Array.from({ length: copies }, async (_, n) => {
      // Others come while the first is decided, is on its way to the database, or waits for stock.
      if (n > 0) await world.timeline.sleep(random.pick([0, 0, 5, 60, 700]));
      await askUntilAnswered(world, request);
    }),
  );
}

/** Now and then a client comes in the very millisecond in which an order expires, or in one beside it. */
async function waitForTheEdge(world: World, command: Command): Promise<void> {
  const { random, timeline, database } = world;
  const order = 'orderId' in command ? database.store.orderRows.get(command.orderId) : undefined;
  if (order?.status !== 'pending' || order.expiresAt === null || !random.chance(0.4)) return;
  const ms = order.expiresAt - world.clock() + random.pick([-1, 0, 0, 1]);
  if (ms > 0 && ms < 4000) await timeline.sleep(ms);
}

async function askUntilAnswered(world: World, request: Request): Promise<void> {
  const { timeline, random, coverage } = world;
  const isPoison = 'reference' in request.command && request.command.reference === POISON;
  const patience = isPoison ? 3 : random.pick([1, 3, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  for (let tries = 0; ; ) {
    if (world.process === null) {
      await timeline.sleep(random.integer(5, 60));
      continue;
    }
    const asked = await ask(world, request);
    if (asked.dropped !== null) return;
    if (isFinal(asked)) {
      if (tries > 0) coverage.count('client: answered when asked again');
      return;
    }
    if ((isUnknown(asked) && !request.isRepeatable) || ++tries >= patience) {
      coverage.count('client: left without an answer');
      return;
    }
    await timeline.sleep(random.integer(1, 200));
  }
}

/** Asks the process that runs, once, and records it. */
export async function ask(world: World, request: Request): Promise<Asked> {
  const { timeline, history, coverage, process } = world;
  const n = history.length;
  const command = anew(request.command, n);
  const asked: Asked = {
    request,
    command,
    called: timeline.tick(),
    answered: null,
    calledMs: timeline.now,
    answeredMs: null,
    answer: null,
    dropped: null,
    isBroken: false,
  };
  history.push(asked);
  const signal = openAsk(world, asked);
  if (request.idempotency !== null) world.keyUses.push(request.idempotency);
  const under = request.idempotency === null ? '' : ` under ${request.idempotency.key}`;
  world.trace(() => `#${n} asks ${JSON.stringify(command)}${under}`);
  const reply = (await process?.ask(command, request.idempotency, signal)) ?? { broken: 'died' };
  closeAsk(world, asked);
  asked.answered = timeline.tick();
  asked.answeredMs = timeline.now;
  if (asked.dropped !== null) {
    asked.isBroken = true;
    coverage.count('answer: none, nobody waited for it');
  } else if ('answer' in reply) {
    asked.answer = reply.answer;
    const { outcome, replayed } = reply.answer;
    coverage.count(`answer: ${command.kind} ${outcome.kind}${replayed ? ' again' : ''}`);
  } else {
    asked.isBroken = true;
    coverage.count(`answer: none, ${reply.broken}`);
  }
  world.trace(() => `#${n} is answered ${JSON.stringify(reply)}`);
  return asked;
}

/** Who waits for stock may lose patience: what is returned tells the keeper so. */
function openAsk(world: World, asked: Asked): AbortSignal | null {
  const { timeline, random, profile, coverage, trace } = world;
  const { command } = asked;
  if (!isPlacement(command)) return null;
  const { orderId, waitSeconds = 0 } = command;
  world.asking(command, 1);
  if (waitSeconds === 0 || !profile.faults.has('disconnect') || !random.chance(0.4)) return null;
  const gone = new AbortController();
  timeline.after(random.integer(1, waitSeconds * 1000), () => {
    if (asked.answered !== null) return;
    // Of several who ask for one order, all must wait to know it of this one.
    const wasInLine = world.lineWatch.standing(orderId) >= world.openAsks(orderId);
    world.asking(command, -1);
    asked.dropped = { tick: timeline.tick(), wasInLine };
    coverage.count(wasInLine ? 'fault: disconnected while waiting' : 'fault: disconnected');
    trace(() => `whoever asked for ${orderId} is gone`);
    gone.abort();
  });
  return gone.signal;
}

function closeAsk(world: World, { command, dropped }: Asked): void {
  if (isPlacement(command) && dropped === null) world.asking(command, -1);
}

/** An order id that is made for a request is another one each time. */
function anew(command: Command, n: number): Command {
  return isPlacement(command) && command.idIsNew ? { ...command, orderId: `${command.orderId}.${n}` } : command;
}
