/** What happens to a request that joins the same earlier request: it gets that answer, or a decision of its own. */
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/journal/journal.ts';
import type { Request } from '../../src/keeper/in-flight.ts';
import type { Patience } from '../../src/keeper/waiting/patience.ts';
import type { Command } from '../../src/shop/commands.ts';
import type { Idempotency } from '../../src/shop/idempotency.ts';
import type { Answer } from '../../src/shop/outcome.ts';
import { DONE, decided, entry, REFUSED, request } from './attempts-by-hand.ts';

describe('a request that joins the same one that came earlier', () => {
  const key = (name: string): Idempotency => ({ key: name, fingerprint: 'f' });
  /**
   * A request under `its` joins one under `firsts`, which hears the values of `heard` one after another. Decided by
   * itself it is `DONE`, replayed.
   */
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
    expect(await run()).toMatchObject({ outcome: { kind: 'overloaded' }, replayed: false });
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
