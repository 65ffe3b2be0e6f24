/** Clients: each has a request, asks, and asks again when the answer says nothing; some ask several times at once, some lose patience. */
import type { Command } from '../../src/keeper/command.ts';
import { type Asked, isFinal, isUnknown, type Request } from './history.ts';
import { POISON, type World } from './world.ts';

/** Runs until the client has its answer or gives up. */
export async function serveClient(world: World, request: Request): Promise<void> {
  const { random, coverage } = world;
  await waitForTheEdge(world, request.command);
  const copies = request.isRepeatable && random.chance(0.15) ? random.integer(2, 5) : 1;
  if (copies > 1) coverage.count('client: the same at once', copies);
  await Promise.all(Array.from({ length: copies }, () => askUntilAnswered(world, request)));
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
    isBroken: false,
  };
  history.push(asked);
  if (request.idempotency !== null) world.keyUses.push(request.idempotency);
  const under = request.idempotency === null ? '' : ` under ${request.idempotency.key}`;
  world.trace(() => `#${n} asks ${JSON.stringify(command)}${under}`);
  const reply = (await process?.ask(command, request.idempotency)) ?? { broken: 'died' };
  asked.answered = timeline.tick();
  asked.answeredMs = timeline.now;
  if ('answer' in reply) {
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

/** An order id that is made for a request is another one each time. */
function anew(command: Command, n: number): Command {
  return command.kind === 'place' && command.idIsNew ? { ...command, orderId: `${command.orderId}.${n}` } : command;
}
