/** The command line of the replay. */
import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

describe('the command line of the replay', () => {
  it('takes nothing for the embedded database, a URL for a server', () => {
    expect(readArguments([])).toEqual({ kind: 'replay', databaseUrl: null });
    const databaseUrl = 'postgres://shop@127.0.0.1/empty';
    expect(readArguments(['--database-url', databaseUrl])).toEqual({ kind: 'replay', databaseUrl });
    expect(readArguments(['--help'])).toEqual({ kind: 'help' });
  });

  it.each([
    [['--nonsense'], '--nonsense'],
    [['extra'], 'extra'],
    [['--database-url'], '--database-url'],
    [['--database-url', 'mysql://host/shop'], 'postgres://'],
    [['--database-url', 'shop'], 'postgres://'],
  ])('refuses %j with a sentence that names it', (args, name) => {
    expect(readArguments(args)).toMatchObject({ kind: 'wrong', fault: expect.stringContaining(name) as string });
  });
});
