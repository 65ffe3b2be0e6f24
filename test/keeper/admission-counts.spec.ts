/**
 * The door beside a model that states its rules again: which commands are counted, which are answered with what, and
 * when none is left.
 */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { Admission } from '../../src/keeper/admission.ts';
import type { Taken } from '../../src/keeper/taken.ts';
import type { Command } from '../../src/shop/commands.ts';
import type { Answer } from '../../src/shop/outcome.ts';
import { place, readSku } from '../support/commands.ts';
import { quiet } from '../support/shop.ts';

const limits = { commandsMax: 4, linesMax: 9 };
const ofLines = (lines: number): Command =>
  place('o', Object.fromEntries(Array.from({ length: lines }, (_, i) => [`S${i}`, 1])));
const answered = (text: string): Answer => ({ outcome: { kind: 'order_not_found', orderId: text }, replayed: false });

const nth = fc.nat({ max: 5 });
const lines = fc.integer({ min: 1, max: 5 });
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ act: fc.constantFrom('take' as const), lines, ms: fc.nat({ max: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constantFrom('sweep' as const), nth }) },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constantFrom('admit' as const), nth, lines: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 6, arbitrary: fc.record({ act: fc.constantFrom('rest', 'resume', 'answer', 'fail'), nth }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constantFrom('late' as const), ms: fc.nat({ max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constantFrom('close', 'give_up', 'idle') }) },
);

/** A command as the model knows it. `told` is the answer that its asker hears. */
interface Known {
  readonly taken: Taken;
  lines: number;
  isResting: boolean;
  isThrough: boolean;
  began: number;
  told: string | null;
  readonly heard: string[];
}

describe('any comings and goings at the door', () => {
  // Red with: a command counted twice, or not at all, because it rests, is answered late or is given up; one answered
  // twice.
  test.prop([fc.array(step, { maxLength: 40, size: 'max' })], { numRuns: 300 })(
    'law: counts who is worked on, answers each once, and is idle when nobody is left',
    async (steps) => {
      const time = { now: 0 };
      const admission = new Admission(limits, () => time.now);
      const all: Known[] = [];
      let state = 'open';
      const idle = { asked: 0, told: 0, expected: 0 };
      const left = () => all.filter(({ isThrough }) => !isThrough);
      const worked = () => left().filter(({ isResting }) => !isResting);
      const linesNow = () => worked().reduce((sum, one) => sum + one.lines, 0);
      const tell = (one: Known, text: string) => {
        one.told ??= text;
      };
      const take = (command: Command, lines: number) => {
        const taken = admission.take(command);
        const one: Known = { taken, lines, isResting: false, isThrough: false, began: time.now, told: null, heard: [] };
        taken.answered.then(
          ({ outcome }) => one.heard.push('orderId' in outcome ? String(outcome.orderId) : outcome.kind),
          (bug) => one.heard.push(`${bug}`),
        );
        all.push(one);
      };
      for (const [i, one] of steps.entries()) {
        if (one.act === 'take') {
          time.now += one.ms;
          const command = ofLines(one.lines);
          const refusal = admission.refusalOf(command)?.kind ?? null;
          const fits = worked().length < limits.commandsMax && linesNow() + one.lines <= limits.linesMax;
          expect(refusal).toBe(state === 'open' ? (fits ? null : 'overloaded') : 'closing');
          if (refusal === null) take(command, one.lines);
        } else if (one.act === 'sweep') {
          const command: Command =
            one.nth % 2 === 0 ? { kind: 'expire', orderId: 'o' } : { kind: 'sweep_cart', cartId: 'c', idleMs: 1 };
          expect(admission.refusalOf(command)?.kind ?? null).toBe(state === 'open' ? null : 'closing');
          if (state === 'open') take(command, 1);
        } else if (one.act === 'late') {
          const asked: (Known | undefined)[] = [];
          admission.answerLate(one.ms, (taken) => {
            asked.push(all.find((each) => each.taken === taken));
            return answered('late');
          });
          const late = worked().filter(({ told, began }) => told === null && time.now - began >= one.ms);
          expect(all.map((each) => asked.includes(each))).toEqual(all.map((each) => late.includes(each)));
          for (const each of late) tell(each, 'late');
        } else if (one.act === 'close') {
          admission.close();
          if (state === 'open') state = 'closed';
        } else if (one.act === 'give_up') {
          admission.giveUp(() => answered('given up'));
          state = 'given up';
          for (const each of worked()) {
            tell(each, 'given up');
            each.isThrough = true;
          }
        } else if (one.act === 'idle') {
          idle.asked++;
          void admission.idle().then(() => idle.told++);
        } else if ('nth' in one) {
          const it = all[one.nth % Math.max(1, all.length)];
          if (it === undefined) continue;
          if (one.act === 'admit') {
            if (it.isResting && !it.isThrough) continue;
            const more = one.lines - it.lines;
            const passes = it.taken.kind !== 'place';
            const isAdmitted = more <= 0 || passes || linesNow() + more <= limits.linesMax;
            expect(admission.admitsLines(it.taken, one.lines)).toBe(isAdmitted);
            if (isAdmitted && !it.isThrough) it.lines = Math.max(it.lines, one.lines);
          } else if (one.act === 'rest') {
            admission.rest(it.taken);
            it.isResting = true;
          } else if (one.act === 'resume') {
            const attempts = 3;
            it.taken.attempts = attempts;
            admission.resume(it.taken);
            const isBegunAnew = it.isResting && !it.isThrough;
            expect(it.taken.attempts).toBe(isBegunAnew ? 0 : attempts);
            if (isBegunAnew) it.began = time.now;
            it.isResting = false;
          } else {
            if (one.act === 'answer') admission.answer(it.taken, answered(`answer ${i}`));
            else admission.fail(it.taken, `fail ${i}`);
            tell(it, `${one.act} ${i}`);
            it.isThrough = true;
          }
        }
        await Promise.resolve();
        expect(admission.commands).toBe(worked().length);
        expect(admission.isFull).toBe(worked().length >= limits.commandsMax || linesNow() >= limits.linesMax);
        expect([admission.isClosed, admission.isGivenUp]).toEqual([state !== 'open', state === 'given up']);
        expect(all.map(({ taken }) => admission.has(taken))).toEqual(all.map(({ told }) => told === null));
        if (left().length === 0) idle.expected = idle.asked;
        await Promise.resolve();
        expect(idle.told).toBe(idle.expected);
      }
      await quiet();
      expect(all.map(({ heard }) => heard)).toEqual(all.map(({ told }) => (told === null ? [] : [told])));
      for (const it of all) admission.answer(it.taken, answered('the end'));
      expect([admission.commands, admission.retryAfterSeconds]).toEqual([0, 1]);
    },
  );
});

describe('work that a door may be given up before', () => {
  it('is what it comes to, or the giving up, whichever comes first', async () => {
    const admission = new Admission(limits);
    expect(await admission.unlessGivenUp(Promise.resolve('done'))).toBe('done');
    const never = admission.unlessGivenUp(new Promise(() => {}));
    admission.giveUp(() => answered('given up'));
    expect(await never).toBe('given_up');
    expect(await admission.unlessGivenUp(Promise.resolve('done'))).toBe('given_up');
  });
});

describe('the share of a full door that a command takes up', () => {
  // Red with: a share that is not subtracted again, or not the same share; a command whose lines became known later,
  // measured by its share at the start.
  it('is that of its lines where it has many, known at once or later, and else its part of the commands', () => {
    const told = ([80, 8, 8] as const).map((commands, kind) => {
      const time = { now: 0 };
      const admission = new Admission({ commandsMax: 100, linesMax: 1000 }, () => time.now);
      const all = Array.from({ length: commands }, () => admission.take(kind === 1 ? ofLines(100) : readSku('S')));
      if (kind === 2) for (const taken of all) expect(admission.admitsLines(taken, 100)).toBe(true);
      const [half, quarter] = [commands / 2, commands / 4];
      time.now += 10_000;
      for (const taken of all.slice(0, half)) admission.answer(taken, answered('o'));
      time.now += 2000;
      const afterHalf = admission.retryAfterSeconds;
      for (const taken of all.slice(half, half + quarter)) admission.rest(taken);
      return [afterHalf, admission.retryAfterSeconds];
    });
    const [first, ...others] = told;
    expect(others).toEqual([first, first]);
    // Half of the remaining commands rest.
    expect(first?.[0]).toBeGreaterThan(5);
    expect(first?.[1]).toBeLessThanOrEqual((first?.[0] ?? 0) / 2);
  });
});
