#!/usr/bin/env node
/** `npx stock-keeper`: the service, or a tool beside it, from the installed package. */
import './lib/stop-old-node.js';
import { createRequire } from 'node:module';

const USAGE = `Usage: stock-keeper [command]

Without a command it serves, with settings from the environment: HOST, PORT, DATA_DIR, DATABASE_URL, API_KEYS_FILE ...
  keys     make, list and remove API keys; keys --help
  verify   ask every law of the database; verify --help
  --help, --version
`;

const [command] = process.argv.slice(2);
// The tools read what comes behind their name.
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
    process.stdout.write(USAGE);
    break;
  case '--version':
  case '-V':
    process.stdout.write(`${createRequire(import.meta.url)('../package.json').version}\n`);
    break;
  default:
    process.stderr.write(`stock-keeper has no command ${JSON.stringify(command)}.\n\n${USAGE}`);
    process.exitCode = 2;
}
