/** The reference that is made from the docstrings: whatever is public has one, and every link in it leads somewhere. */
import { expect, it } from 'vitest';
import { ROOT, run, TIMEOUT_MS } from './project.ts';

it(
  'can be made, and leaves nothing public without a word',
  async () => {
    const { stdout, stderr } = await run(
      ROOT,
      'npm',
      'run',
      '--silent',
      'docs:api',
      '--',
      '--emit',
      'none',
      '--logLevel',
      'Warn',
    );
    expect(`${stdout}${stderr.replace(/^npm (?:warn|notice).*\n/gm, '')}`).toBe('');
  },
  2 * TIMEOUT_MS,
);
