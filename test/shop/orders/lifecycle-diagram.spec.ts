/** docs/shop.md shows the lifecycle that the machine has. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DOCUMENT, lifecycleDiagram, lifecycleSection, parted } from '../../support/lifecycle-diagram.ts';

describe('the lifecycle diagram', () => {
  // To renew it after a change of the machine: node test/support/lifecycle-diagram.ts --write
  it('stands in the document as the machine is', () => {
    const { section } = parted(readFileSync(DOCUMENT, 'utf8'));
    expect(section, `docs/shop.md needs (node test/support/lifecycle-diagram.ts --write):\n${lifecycleSection()}`).toBe(
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

describe('a document without its markers', () => {
  it.each(['', '<!-- order-lifecycle -->', '<!-- order-lifecycle --><!-- /order-lifecycle -->'.repeat(2)])(
    'is refused, not overwritten: %j',
    (text) => {
      expect(() => parted(text)).toThrow('once each');
    },
  );
});
