#!/usr/bin/env node
/** `npx stock-keeper`: the service, or a tool beside it, from the installed package. */
import './lib/stop-old-node.js';
import { createRequire } from 'node:module';

const [command, ...rest] = process.argv.slice(2);
const help = async (): Promise<string> =>
  (await import('./cli/usage.ts')).usage('npx stock-keeper', (tool) => `npx stock-keeper ${tool}`);

// The tools read the arguments after their name.
if (command === 'keys' || command === 'verify') process.argv.splice(2, 1);
switch (command) {
  case undefined:
    await import('./main.ts');
    break;
  case 'keys':
    await import('./cli/keys.ts');
    break;
  case 'verify':
    await import('./cli/verify.ts');
    break;
  case '--help':
  case '-h':
  case 'help':
    process.stdout.write(await help());
    break;
  case '--version':
  case '-V':
    process.stdout.write(`${createRequire(import.meta.url)('../package.json').version}\n`);
    break;
  default:
    process.stderr.write(
      `stock-keeper has no command ${JSON.stringify([command, ...rest].join(' '))}: there are keys, verify, --help ` +
        `and --version.\n\n${await help()}`,
    );
    process.exitCode = 2;
}
