/** README shows the lifecycle that the machine has. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lifecycleDiagram, lifecycleSection, parted, README } from '../support/lifecycle-diagram.ts';

describe('the lifecycle diagram', () => {
  // To renew it after a change of the machine: node test/support/lifecycle-diagram.ts --write
  it('stands in README as the machine is', () => {
    const { section } = parted(readFileSync(README, 'utf8'));
    expect(section, `README.md needs (node test/support/lifecycle-diagram.ts --write):\n${lifecycleSection()}`).toBe(
      lifecycleSection(),
    );
  });

  it('leaves out what changes no order', () => {
    const ways = lifecycleDiagram().split('\n');
    expect(ways).toContain('    pending --> cancelled : any message [overdue]');
    expect(ways.filter((way) => way.includes('cancelled -->'))).toEqual(['    cancelled --> [*]']);
    expect(lifecycleDiagram()).not.toMatch(/refuse|same|unchanged/);
  });
});

describe('a README without its markers', () => {
  it.each(['', '<!-- order-lifecycle -->', '<!-- order-lifecycle --><!-- /order-lifecycle -->'.repeat(2)])(
    'is refused, not overwritten: %j',
    (text) => {
      expect(() => parted(text)).toThrow('once each');
    },
  );
});
