import { describe, expect, it } from 'vitest';
import { HELP, ROUNDS, readArguments } from './arguments.ts';

describe('the command line of the demonstration', () => {
  it('says how often each race is run', () => {
    expect(readArguments([])).toEqual({ kind: 'demo', rounds: ROUNDS });
    expect(readArguments(['--rounds', '7'])).toEqual({ kind: 'demo', rounds: 7 });
    expect(readArguments(['--rounds', '7', '--help'])).toEqual({ kind: 'help' });
    expect(HELP).toContain('--rounds N');
  });

  it.each([
    [['--rounds', '0'], '--rounds is "0"'],
    [['--rounds', '1001'], '--rounds is "1001"'],
    [['--rounds=-1'], '--rounds is "-1"'],
    [['--rounds', '1.5'], '--rounds is "1.5"'],
    [['--rounds='], '--rounds is ""'],
    [['--rounds'], '--rounds'],
    [['--turns', '3'], '--turns'],
    [['all'], 'all'],
  ])('refuses %j', (args, named) => {
    expect(readArguments(args)).toEqual({ kind: 'wrong', fault: expect.stringContaining(named) });
  });
});
