import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Linked, Recency } from '../../../src/keeper/memory/recency.ts';

interface Member extends Linked<Member> {
  readonly id: number;
}

/** Walks from the oldest to the newest, and back by the other links. */
function walk(list: Recency<Member>): number[] {
  const ids: number[] = [];
  let last: Member | null = null;
  for (let member = list.oldest; member !== null; member = member.newer) {
    ids.push(member.id);
    expect(member.older).toBe(last);
    last = member;
  }
  return ids;
}

describe('members that are used and removed', () => {
  it('law: stand in the order of their last use, those removed not at all', () => {
    const step = fc.record({ id: fc.nat(5), use: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const list = new Recency<Member>();
        const members = Array.from({ length: 6 }, (_, id): Member => ({ id, older: null, newer: null }));
        let expected: number[] = [];
        for (const { id, use } of steps) {
          const member = members[id] ?? expect.unreachable();
          expected = expected.filter((other) => other !== id);
          if (use) {
            list.use(member);
            expected.push(id);
          } else list.remove(member);
          expect(walk(list)).toEqual(expected);
        }
      }),
    );
  });
});
