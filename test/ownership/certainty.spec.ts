/** For how long a process believes what it was last told, on two clocks that need not agree, and what those hear who wait for it. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { CERTAIN_MS, Certainty, type Moment, now } from '../../src/ownership/certainty.ts';

const ms = fc.constantFrom(0, 1, CERTAIN_MS / 2, CERTAIN_MS - 1, CERTAIN_MS, CERTAIN_MS + 1);

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), elapsed: ms, wall: ms }) },
  // The machine sleeps, or somebody sets the time of day, also back.
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('set' as const), wall: fc.constantFrom(-9999, 9999) }) },
  // The answer to a question comes at once, or is that of an earlier moment.
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('renew' as const), asked: fc.nat({ max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('refuse' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const) }) },
);

describe('certainty', () => {
  // Red with: one of the clocks not looked at; an end that is late by a millisecond; a waiter forgotten, or told while nothing is certain.
  test.prop([fc.array(step, { maxLength: 30 })], { numRuns: 300 })(
    'law: holds while neither clock has gone on for longer than it lasts, and those who wait hear of it once',
    async (steps) => {
      let at: Moment = { elapsed: 5, wall: 1_700_000_000_000 };
      const moments = [at];
      const certainty = new Certainty(() => at);
      let believed: Moment | null = null;
      const isCertain = () =>
        believed !== null && Math.max(at.elapsed - believed.elapsed, at.wall - believed.wall) < CERTAIN_MS;
      const heard: string[] = [];
      const expected: string[] = [];
      const tell = (word: string) => {
        for (const [nth, before] of expected.entries()) if (before === 'nothing') expected[nth] = word;
      };
      for (const one of steps) {
        if (one.kind === 'pass') at = { elapsed: at.elapsed + one.elapsed, wall: at.wall + one.wall };
        else if (one.kind === 'set') at = { ...at, wall: at.wall + one.wall };
        else if (one.kind === 'renew') {
          believed = moments.at(-1 - one.asked) ?? at;
          certainty.renew(believed);
          if (isCertain()) tell('certain');
        } else if (one.kind === 'drop') {
          believed = null;
          certainty.drop();
        } else if (one.kind === 'refuse') {
          certainty.refuse(new Error('refused'));
          tell('refused');
        } else {
          const nth = expected.push('nothing') - 1;
          heard[nth] = 'nothing';
          certainty.restored().then(
            () => {
              heard[nth] = 'certain';
            },
            (error: Error) => {
              heard[nth] = error.message;
            },
          );
        }
        moments.push(at);
        expect(certainty.holds).toBe(isCertain());
        expect(certainty.isAwaited).toBe(expected.includes('nothing'));
        await new Promise(setImmediate);
        expect(heard).toEqual(expected);
      }
    },
  );

  it('that is refused while nobody listens any more is no fault', async () => {
    const certainty = new Certainty();
    void certainty.restored();
    certainty.refuse(new Error('refused'));
    await new Promise(setImmediate);
    expect(certainty.isAwaited).toBe(false);
  });

  it('counts on both clocks of the machine when it is given no others', () => {
    vi.spyOn(performance, 'now').mockReturnValue(7);
    vi.spyOn(Date, 'now').mockReturnValue(8);
    onTestFinished(() => void vi.restoreAllMocks());
    expect(now()).toEqual({ elapsed: 7, wall: 8 });
    const certainty = new Certainty();
    certainty.renew({ elapsed: 7, wall: 8 - CERTAIN_MS });
    expect(certainty.holds).toBe(false);
    certainty.renew(now());
    expect(certainty.holds).toBe(true);
  });
});
