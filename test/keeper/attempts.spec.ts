/** How often a request is decided, when, and what it comes to: what is decided, and what becomes of it, is told here by hand. */
import { describe, expect, it } from 'vitest';
import type { Entry, Verdict } from '../../src/journal/journal.ts';
import { Attempts } from '../../src/keeper/attempts.ts';
import type { Answer, Command, Idempotency } from '../../src/keeper/command.ts';
import type { Decided, Decider, Joined } from '../../src/keeper/decider.ts';
import { Door } from '../../src/keeper/door.ts';
import type { Request } from '../../src/keeper/in-flight.ts';
import { KEEPER_LIMITS, type KeeperLimits } from '../../src/keeper/limits.ts';
import { LoadFailed } from '../../src/keeper/load-failed.ts';
import type { Patience } from '../../src/keeper/patience.ts';
import { Corrupt, corruptSku } from '../../src/lib/corrupt.ts';
import type { Observation } from '../../src/lib/observe.ts';
import { readSku } from '../support/commands.ts';

const DONE: Answer = { outcome: { kind: 'cart_kept', cartId: 'c' }, replayed: false };
const REFUSED: Answer = { outcome: { kind: 'cart_not_found', cartId: 'c' }, replayed: false };

const entry = (verdict: Verdict) => ({ settled: Promise.resolve(verdict) }) as Entry;
const decided = (answer: Answer, ...verdicts: readonly Verdict[]): Decided => ({
  answer,
  restsOn: verdicts.map(entry),
  waits: false,
});
const away = new LoadFailed('away');

type Turn = Decided | Joined | Error | (() => Decided | Joined | Error);

/** A request that is decided as it says in `turns`, of which the last goes on for ever. */
function request(turns: readonly Turn[], limits: Partial<KeeperLimits> = {}, patience: Partial<Patience> = {}) {
  const time = { now: 0 };
  const world = { role: 'owner' as 'owner' | 'standby' };
  const [seen, pauses, alone]: [Observation[], number[], boolean[]] = [[], [], []];
  const all = { ...KEEPER_LIMITS, backoffMaxMs: 20, ...limits };
  const door = new Door(all, () => time.now);
  const random = { next: 0 };
  const loadAndDecide: Decider['loadAndDecide'] = async (_request, _taken, isAlone) => {
    const next = turns[Math.min(alone.length, turns.length - 1)] ?? expect.unreachable();
    alone.push(isAlone);
    const come = typeof next === 'function' ? next() : next;
    if (come instanceof Error) throw come;
    return come;
  };
  const attempts = new Attempts({
    decider: { loadAndDecide } as Decider,
    door,
    limits: all,
    role: () => world.role,
    elapsed: () => time.now,
    observe: (observation) => seen.push(observation),
    random: () => random.next,
    pause: async (ms) => void pauses.push(ms),
  });
  const command = readSku('A');
  const taken = door.take(command);
  const asked: Request = {
    ...{ command, idempotency: null, signal: null, names: [], arrival: 1 },
    patience: patience as Patience,
  };
  const run = (changes: Partial<Request> = {}) => attempts.run({ ...asked, ...changes }, taken);
  return { run, taken, door, time, world, seen, pauses, alone, random };
}

describe('a request', () => {
  it('is answered when all that its answer rests on is durable', async () => {
    for (const verdicts of [[], ['durable'], ['durable', 'durable']] as const) {
      const { run, pauses, seen, alone } = request([decided(DONE, ...verdicts)]);
      expect(await run()).toEqual(DONE);
      expect([pauses, seen, alone]).toEqual([[], [], [false]]);
    }
  });

  it('is decided again when that is lost, after longer and longer, and alone from the third time on', async () => {
    for (const [random, expected] of [
      [0, [2, 4, 8, 10, 10]],
      [1, [4, 8, 16, 20, 20]],
    ] as const) {
      const lost = decided(DONE, 'durable', 'lost');
      const all = request([lost, away, lost, lost, lost, decided(REFUSED, 'durable')]);
      all.random.next = random;
      expect(await all.run()).toEqual(REFUSED);
      expect(all.pauses).toEqual(expected);
      expect(all.alone).toEqual([false, false, true, true, true, true]);
    }
  });

  it('is given up after a bounded number of attempts, with what it failed for last', async () => {
    const { run, time, seen, alone } = request([away, decided(DONE, 'lost')], { attemptsMax: 4 });
    time.now = 2500;
    expect(await run()).toEqual({ outcome: { kind: 'unknown_outcome', retryAfterSeconds: 3 }, replayed: false });
    expect(alone).toHaveLength(4);
    expect(seen).toEqual([
      { kind: 'load_failed', error: away },
      { kind: 'gave_up', command: 'read_sku', attempts: 4, error: away },
    ]);
  });

  it('is given up after a bounded time', async () => {
    const { run, time, alone } = request([() => ((time.now += 400), away)], { attemptsMs: 1000 });
    expect((await run()).outcome.kind).toBe('unknown_outcome');
    expect([alone.length, time.now]).toEqual([3, 1200]);
  });

  // Red with: given up for those who stood before it in batches that failed.
  it('has had no attempt when its entry was not tried', async () => {
    const displaced = Array.from({ length: 20 }, () => decided(DONE, 'durable', 'displaced'));
    const { run, alone } = request([...displaced, decided(DONE, 'durable')]);
    expect(await run()).toEqual(DONE);
    expect(alone).toEqual(Array.from({ length: 21 }, () => false));
  });

  it('is unknown at once when what it rests on is', async () => {
    const { run, seen, alone } = request([decided(DONE, 'lost', 'unknown')]);
    expect((await run()).outcome.kind).toBe('unknown_outcome');
    expect([alone.length, seen]).toEqual([1, [{ kind: 'gave_up', command: 'read_sku', attempts: 1, error: null }]]);
  });

  it('that was answered meanwhile is not decided again, and not told of', async () => {
    const { run, door, taken, seen, alone } = request([
      () => (door.answer(taken, DONE), decided(DONE, 'lost')),
      decided(DONE, 'durable'),
    ]);
    expect((await run()).outcome.kind).toBe('unknown_outcome');
    expect([alone.length, seen]).toEqual([1, []]);
  });

  it('of one who stands by now is refused, and its failure to read is no news', async () => {
    const { run, world, seen } = request([() => ((world.role = 'standby'), away)]);
    expect((await run()).outcome.kind).toBe('standby');
    expect(seen).toEqual([]);
  });

  it('rejects for a bug', async () => {
    const { run, alone } = request([new Error('bug')]);
    await expect(run()).rejects.toThrow('bug');
    expect(alone).toHaveLength(1);
  });

  it.each<[string, readonly Turn[], number]>([
    ['that is stored', [new Corrupt({ kind: 'sku_quarantined', skuId: 'A', reason: 'r' }, true)], 1],
    ['that a turn finds twice', [corruptSku('A', 'r')], 2],
    ['that a turn finds of one SKU, then of another', [corruptSku('B', 'r'), corruptSku('A', 'r')], 3],
  ])('is told of a contradiction %s', async (_what, turns, decisions) => {
    const { run, alone, seen } = request(turns);
    expect((await run()).outcome).toMatchObject({ kind: 'sku_quarantined', skuId: 'A' });
    expect(alone).toHaveLength(decisions);
    expect(seen.map(({ kind }) => kind)).toEqual(['quarantined']);
  });
});

describe('a request that waits for stock', () => {
  const waits: Decided = { ...decided(REFUSED), waits: true };

  it.each([
    ['closing', 'closing'],
    ['dropped', 'cart_not_found'],
    ['again', 'cart_kept'],
  ] as const)('rests, and is woken: %s', async (woken, outcome) => {
    const resting: number[] = [];
    const patience = { woken: async () => (resting.push(all.door.commands), woken) };
    const all = request([waits, decided(DONE)], {}, patience);
    expect((await all.run()).outcome.kind).toBe(outcome);
    expect(resting).toEqual([0]);
    expect(all.taken.isResting).toBe(woken !== 'again');
    // As if it had just come.
    expect(all.pauses).toEqual([]);
  });
});

describe('a request that joins the same one that came earlier', () => {
  const key = (name: string): Idempotency => ({ key: name, fingerprint: 'f' });
  /** It joins one under `firsts`, which hears of `heard` one after another, and is itself under `its`; decided by itself it is `DONE`, replayed. */
  async function joined(heard: readonly unknown[], firsts: Idempotency | null = null, its: Idempotency | null = null) {
    const asked: number[] = [];
    const told = [...heard];
    const attend: Patience['attend'] = (waitMs, _signal, ear) => {
      asked.push(waitMs);
      if (told[0] instanceof Error) ear.fail(told[0]);
      else ear.hear(told.shift() as Parameters<typeof ear.hear>[0]);
    };
    const first = { idempotency: firsts, patience: { attend } as Patience } as Request;
    const byItself = { ...DONE, replayed: true };
    const all = request([{ joins: first }, decided(byItself)]);
    const command: Command = { ...placement, waitSeconds: 5 };
    const answer = await all.run({ idempotency: its, command }).catch((bug: Error) => bug.message);
    return { answer, asked, isByItself: all.alone.length === 2, ...all };
  }
  const placement = { kind: 'place' } as Extract<Command, { kind: 'place' }>;
  const answers = (answer: Answer) => ({ kind: 'answer', answer });
  const sentAway = (...verdicts: readonly Verdict[]) => ({
    kind: 'sent_away',
    answer: REFUSED,
    restsOn: verdicts.map(entry),
  });
  const outcome = (kind: string, more = {}) => ({ outcome: { kind, ...more }, replayed: false }) as Answer;

  it('has its answer: what was done, given again, and a refusal as it is', async () => {
    expect(await joined([answers(DONE)])).toMatchObject({ answer: { ...DONE, replayed: true }, asked: [5000] });
    expect(await joined([answers(REFUSED)])).toMatchObject({ answer: REFUSED, isByItself: false });
    expect(await joined([answers({ ...REFUSED, replayed: true })])).toMatchObject({ answer: { replayed: true } });
    expect(await joined([new Error('bug')])).toMatchObject({ answer: 'bug' });
  });

  it.each<[string, Answer, Idempotency | null, Idempotency | null, boolean]>([
    ['its precondition', outcome('stale_version'), null, null, true],
    ['its key', outcome('idempotency_key_reused', { key: 'k' }), key('k'), null, true],
    ['its key, which is another', outcome('idempotency_key_reused', { key: 'k' }), key('k'), key('l'), true],
    ['the key of both', outcome('idempotency_key_reused', { key: 'k' }), key('k'), key('k'), false],
    ['what was done under another key', DONE, key('k'), key('l'), true],
    ['what was done under no key', DONE, null, key('l'), true],
    ['what was done under its key', DONE, key('l'), key('l'), false],
    ['what was done, with no key to record it under', DONE, key('k'), null, false],
    ['a refusal under another key', REFUSED, key('k'), key('l'), false],
  ])('is decided by itself where the answer is about what the first has alone: %s', async (...row) => {
    const [, answer, firsts, its, isByItself] = row;
    expect((await joined([answers(answer)], firsts, its)).isByItself).toBe(isByItself);
  });

  it('is decided by itself when the first was refused before it asked', async () => {
    expect(await joined([{ kind: 'again' }])).toMatchObject({
      isByItself: true,
      taken: { isResting: false },
      pauses: [],
    });
  });

  it('sent away hears what is durable, or the next, for which it does not wait', async () => {
    expect(await joined([sentAway('durable', 'durable')])).toMatchObject({ answer: REFUSED, asked: [5000] });
    const lost = await joined([sentAway('durable', 'lost'), sentAway('displaced'), answers(DONE)]);
    expect(lost).toMatchObject({ answer: { ...DONE, replayed: true }, asked: [5000, 0, 0] });
    const unknown = await joined([sentAway('durable', 'unknown'), answers(DONE)]);
    expect(unknown.answer).toMatchObject({ outcome: { kind: 'unknown_outcome' } });
    expect(unknown.seen).toMatchObject([{ kind: 'gave_up' }]);
  });

  it('is sent away when too many have joined', async () => {
    const never = { attend: () => {} } as unknown as Patience;
    const [one, other] = [{ patience: never } as Request, { patience: never } as Request];
    const { run } = request([{ joins: one }, { joins: other }, decided(DONE)], { waitersMax: 1 });
    void run();
    expect((await run()).outcome.kind).toBe('overloaded');
  });

  it('takes a place among those who may join only until it is through, also by a bug', async () => {
    const troubles = [null, new Error('bug'), null, null];
    const attend: Patience['attend'] = (_waitMs, _signal, ear) => {
      const bug = troubles.shift() ?? null;
      if (bug === null) ear.hear({ kind: 'answer', answer: DONE });
      else ear.fail(bug);
    };
    const { run } = request([{ joins: { patience: { attend } } as Request }], { waitersMax: 1 });
    const told = [];
    for (let n = 0; n < 4; n++) told.push(await run().then(({ outcome }) => outcome.kind, String));
    expect(told).toEqual(['cart_kept', 'Error: bug', 'cart_kept', 'cart_kept']);
  });
});
