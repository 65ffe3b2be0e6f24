/** When a client that is sent away is told to ask again, which is measured, and late answers. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { Admission } from '../../src/keeper/admission.ts';
import type { Command } from '../../src/shop/commands.ts';
import { cancel, create, place, readSku } from '../support/commands.ts';
import { ABORTED, hold, isSettled, shop } from '../support/shop.ts';

const COMMANDS_MAX = 400;
const STEP_MS = 10;

/** A door with a full line. `perSecond` commands leave it, steadily, in the order in which they came. */
class SteadyLine {
  readonly #time = { now: 0 };
  readonly admission: Admission;
  readonly #line: ReturnType<Admission['take']>[] = [];
  readonly #perSecond: number;
  readonly #command: Command;
  #due = 0;

  /** Orders of `lines` lines each. */
  constructor(perSecond: number, lines: number) {
    this.#perSecond = perSecond;
    this.#command = place('o', Object.fromEntries(Array.from({ length: lines }, (_, i) => [`S${i}`, 1])));
    this.admission = new Admission({ commandsMax: COMMANDS_MAX, linesMax: 4000 }, () => this.#time.now);
  }

  /** Seconds to wait, or `null` when let in. */
  ask(): number | null {
    const refusal = this.admission.refusalOf(this.#command);
    if (refusal === null) this.#line.push(this.admission.take(this.#command));
    return refusal?.kind === 'overloaded' ? refusal.retryAfterSeconds : null;
  }

  fill(): void {
    while (this.ask() === null);
  }

  /** Lets time pass. Each place that becomes free is either taken at once by a new command, or stays free. */
  pass(seconds: number, come: 'at_once' | 'never', perSecond = this.#perSecond): void {
    for (let step = 0; step < (seconds * 1000) / STEP_MS; step++) {
      this.#time.now += STEP_MS;
      this.#due += (perSecond * STEP_MS) / 1000;
      for (; this.#due >= 1; this.#due--) {
        const first = this.#line.shift();
        if (first !== undefined)
          this.admission.answer(first, { outcome: { kind: 'order_not_found', orderId: 'o' }, replayed: false });
      }
      if (come === 'at_once') this.fill();
    }
  }

  get length(): number {
    return this.#line.length;
  }
}

const steady = { perSecond: fc.integer({ min: 20, max: 2000 }), lines: fc.constantFrom(1, 3, 40, 500) };

describe('law: a full line that moves steadily', () => {
  test.prop(steady, { numRuns: 20 })(
    'lets in all who come again when they were told, as many as it holds',
    ({ perSecond, lines }) => {
      const line = new SteadyLine(perSecond, lines);
      line.fill();
      line.pass(20, 'at_once');
      const held = line.length;
      const told = Array.from({ length: held }, () => line.ask());
      const wait = Math.max(...told.map(Number));
      // The line may need longer than the longest `Retry-After`.
      fc.pre(held / perSecond <= 28);
      line.pass(wait, 'never');
      expect(told.map(() => line.ask())).toEqual(told.map(() => null));
    },
  );

  test.prop(steady, { numRuns: 20 })('sends nobody away for much longer than it takes', ({ perSecond, lines }) => {
    const line = new SteadyLine(perSecond, lines);
    line.fill();
    line.pass(20, 'at_once');
    expect(line.ask()).toBeLessThanOrEqual(Math.min(30, Math.ceil((1.4 * line.length) / perSecond)));
  });
});

describe('a full line', () => {
  it('that stands still sends away for longer and longer, and moves on as if nothing had been', () => {
    const line = new SteadyLine(200, 1);
    line.fill();
    line.pass(20, 'at_once');
    const told = [Number(line.ask())];
    for (let i = 0; i < 4; i++) {
      line.pass(4, 'at_once', 0);
      told.push(Number(line.ask()));
    }
    expect(told[0]).toBeLessThanOrEqual(3);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(30);
    line.pass(20, 'at_once');
    expect(line.ask()).toBeLessThanOrEqual(3);
  });

  it('is not judged by how slowly single commands came before it', () => {
    const line = new SteadyLine(5, 1);
    for (let i = 0; i < 100; i++) {
      line.ask();
      line.pass(0.2, 'never');
    }
    line.fill();
    expect(line.ask()).toBe(1);
  });
});

describe('a command that the database holds up', () => {
  const LATE_MS = 30_000;

  it('is answered as unknown when it takes too long, once, and is asked to wait for as long again', async () => {
    const { keeper, store, seen, time } = shop({ commandsMax: 2 });
    await keeper.ask(create('S', 9));
    const { begun, release } = hold(store);
    const first = keeper.ask(place('a', { S: 1 }));
    await begun;
    time.now += 10_000;
    const second = keeper.ask(cancel('a'));
    time.now += LATE_MS - 10_001;
    keeper.answerLate();
    expect(await isSettled(first)).toBe(false);

    time.now += 1;
    keeper.answerLate();
    keeper.answerLate();
    expect(await first).toEqual({ outcome: { kind: 'unknown_outcome', retryAfterSeconds: 30 }, replayed: false });
    expect(await isSettled(second)).toBe(false);
    expect(seen.filter(({ kind }) => kind === 'gave_up')).toHaveLength(1);

    // It is still under way and has its place in the line.
    expect(keeper.load.commands).toBe(2);
    expect((await keeper.ask(readSku('S'))).outcome.kind).toBe('overloaded');

    // The lost command is decided again for the client that waits, not for the one that was answered.
    time.now -= 20_000;
    release(ABORTED);
    expect((await second).outcome.kind).toBe('order_not_found');
    expect(store.batches).toHaveLength(1);
    expect(keeper.load.commands).toBe(0);
    expect(seen.filter(({ kind }) => kind === 'gave_up')).toHaveLength(1);
    expect((await keeper.ask(place('a', { S: 1 }))).outcome.kind).toBe('order_placed');
  });
});
