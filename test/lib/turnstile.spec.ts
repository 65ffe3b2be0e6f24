/** A few at a time, the others in their order, and nobody without an end. */
import { describe, expect, it } from 'vitest';
import { TurnedAway, Turnstile, type TurnstileLimits } from '../../src/lib/turnstile.ts';

/** Works that end when they are told to, by their number. */
function works(limits: Partial<TurnstileLimits>) {
  const turnstile = new Turnstile({ atOnceMax: 2, waitingMax: 2, waitMs: 60_000, ...limits });
  const begun: number[] = [];
  const ends: ((fault?: Error) => void)[] = [];
  const pass = (number: number): Promise<number> =>
    turnstile.pass(() => {
      begun.push(number);
      return new Promise((resolve, reject) => {
        ends[number] = (fault) => (fault === undefined ? resolve(number) : reject(fault));
      });
    });
  return { turnstile, begun, pass, end: (number: number, fault?: Error) => ends[number]?.(fault) };
}

describe('a turnstile for two', () => {
  it('lets two through, and one more whenever one leaves, in the order in which they came', async () => {
    const { turnstile, begun, pass, end } = works({});
    const passing = [pass(0), pass(1), pass(2), pass(3)];
    expect(begun).toEqual([0, 1]);
    expect(turnstile.load).toEqual({ through: 2, waiting: 2 });
    end(1);
    await passing[1];
    await expect.poll(() => begun).toEqual([0, 1, 2]);
    end(0, new Error('broken'));
    await expect(passing[0]).rejects.toThrow('broken');
    await expect.poll(() => begun).toEqual([0, 1, 2, 3]);
    end(2);
    end(3);
    expect(await Promise.all(passing.slice(1))).toEqual([1, 2, 3]);
    expect(turnstile.load).toEqual({ through: 0, waiting: 0 });
  });

  it('turns away who finds as many waiting as may, and says when to come again', async () => {
    const { begun, pass, end } = works({});
    const passing = [pass(0), pass(1), pass(2), pass(3)];
    const fault = await pass(4).catch((fault: unknown) => fault);
    expect(fault).toBeInstanceOf(TurnedAway);
    expect(fault).toMatchObject({ retryAfterSeconds: expect.any(Number) });
    for (const number of [0, 1, 2, 3]) {
      await expect.poll(() => begun).toContain(number);
      end(number);
    }
    await Promise.all(passing);
    expect(begun).not.toContain(4);
  });

  it('turns away who has waited too long, and serves the others', async () => {
    const { turnstile, begun, pass, end } = works({ waitMs: 20 });
    const passing = [pass(0), pass(1)];
    await expect(pass(2)).rejects.toBeInstanceOf(TurnedAway);
    end(0);
    await passing[0];
    const next = pass(3);
    expect(begun).toEqual([0, 1, 3]);
    end(1);
    end(3);
    await Promise.all([passing[1], next]);
    expect(turnstile.load).toEqual({ through: 0, waiting: 0 });
  });
});
