/** The command line of the fault suite: what it takes, and what it names as wrong. */
import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

const read = (...args: string[]) => readArguments(args, [1, 2, 16]);

describe('the command line of the fault suite', () => {
  it('asks for all rows at full size when it is empty', () => {
    expect(read()).toEqual({ kind: 'faults', rows: [], json: null, size: 'long' });
  });

  it('takes rows, a file and the short form', () => {
    expect(read('--row', '2', '--row', '16', '--json', 'out.json', '--short')).toEqual({
      kind: 'faults',
      rows: [2, 16],
      json: 'out.json',
      size: 'short',
    });
    expect(read('--help')).toEqual({ kind: 'help' });
  });

  it.each([['--row', '3'], ['--row', 'two'], ['--row', ''], ['--rows', '1'], ['1'], ['--json']])(
    'refuses %s %s',
    (...args) => {
      expect(read(...args)).toMatchObject({ kind: 'wrong' });
    },
  );
});
