/**
 * `npm run keys`: makes, lists and removes API keys in a keys file. It prints a new key on stdout, once. Everything
 * else is for people and goes to stderr.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { type ApiKey, digestOf, makeKey, ROLES, type Role } from '../keys/api-key.ts';
import { isName, KEYS_MAX, NAME_WORDS, SAME_NAME_MAX } from '../keys/key-list.ts';
import { readKeysFile, writeKeysFile } from '../keys/keys-file.ts';
import { toolCall } from '../lib/tool-call.ts';

/** A sentence for the person who typed the command. */
class Refusal extends Error {}

const FILE_DEFAULT = 'api-keys.json';
const file = () =>
  new Option('--file <file>', 'file that holds the keys; "add" creates it')
    .env('API_KEYS_FILE')
    .default(FILE_DEFAULT, `$API_KEYS_FILE or ${FILE_DEFAULT}`);

const say = (text: string) => process.stderr.write(`${text}\n`);

function nameOf(text: string): string {
  if (!isName(text)) throw new InvalidArgumentError(`It must be ${NAME_WORDS}.`);
  return text;
}

/** A day (its first moment, UTC) or a time, in the future. */
function expiryOf(text: string): string {
  const shape = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{3})?)?Z)?$/;
  const time = new Date(shape.test(text) ? text : Number.NaN);
  const isReal = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text.slice(0, 10));
  if (!isReal)
    throw new InvalidArgumentError('It must be a day such as 2027-01-01 or a time such as 2027-01-01T08:00Z.');
  if (time.getTime() <= Date.now()) throw new InvalidArgumentError('It must be in the future.');
  return time.toISOString();
}

/** The keys in a file, or `null` when there is no file. */
function keysIn(place: string): readonly ApiKey[] | null {
  const read = readKeysFile(place);
  if (read.kind === 'wrong') throw new Refusal(read.faults.map((fault) => `${place} ${fault}`).join('\n'));
  if (read.kind === 'absent') return null;
  for (const warning of read.warnings) say(`${place} ${warning}`);
  return read.keys;
}

const shown = ({ name, role, createdAt, expiresAt }: ApiKey): string => {
  const over = expiresAt !== null && Date.parse(expiresAt) <= Date.now() ? ' (expired)' : '';
  const expires = expiresAt === null ? 'does not expire' : `expires ${expiresAt}${over}`;
  return `${name}\t${role}\tcreated ${createdAt}\t${expires}`;
};

interface AddOptions {
  readonly name: string;
  readonly role: Role;
  readonly file: string;
  readonly expires?: string;
}

function add({ name, role, file: place, expires }: AddOptions): void {
  const before = keysIn(place) ?? [];
  const same = before.filter((key) => key.name === name);
  if (same.length >= SAME_NAME_MAX) {
    throw new Refusal(`${name} has two keys already. Remove one first:\n${same.map(shown).join('\n')}`);
  }
  const other = same.find((key) => key.role !== role);
  if (other !== undefined) throw new Refusal(`${name} has role ${other.role}. Choose that role or another name.`);
  if (before.length >= KEYS_MAX) throw new Refusal(`${place} has ${KEYS_MAX} keys already. Remove one first.`);

  const key = makeKey();
  const createdAt = new Date().toISOString();
  const entry = { name, role, sha256: digestOf(key).toString('hex'), createdAt, expiresAt: expires ?? null };
  writeKeysFile(place, [...before, entry]);
  process.stdout.write(`${key}\n`);
  say(`This key is shown once and kept nowhere: ${place} has its SHA-256. ${TAKEN_UP}`);
}

function remove({ name, created, file: place }: { name: string; created?: string; file: string }): void {
  const before = keysIn(place);
  if (before === null) throw new Refusal(`${place} does not exist.`);
  const same = before.filter((key) => key.name === name);
  const gone = same.filter((key) => created === undefined || key.createdAt === created);
  const [key] = gone;
  if (key === undefined) {
    throw new Refusal(
      same.length === 0 ? `${place} has no key ${name}.` : `${name} has no key of then:\n${same.map(shown).join('\n')}`,
    );
  }
  if (gone.length > 1) throw new Refusal(`Which one? Say --created with its time:\n${gone.map(shown).join('\n')}`);
  writeKeysFile(
    place,
    before.filter((kept) => kept !== key),
  );
  say(`Removed from ${place}: ${shown(key)}. ${TAKEN_UP}`);
}

const TAKEN_UP = 'A running service reads the file again on SIGHUP.';

function list({ file: place }: { file: string }): void {
  const keys = keysIn(place);
  if (keys === null) throw new Refusal(`${place} does not exist. Make a key with: ${toolCall('keys')} add --help`);
  for (const key of keys) process.stdout.write(`${shown(key)}\n`);
}

const name = () =>
  new Option('--name <name>', 'name of the client that the key is for, such as shop-backend')
    .argParser(nameOf)
    .makeOptionMandatory();
const program = new Command(toolCall('keys'))
  .showHelpAfterError(
    `Run "${toolCall('keys')} --help" for the commands, and "${toolCall('keys')} COMMAND --help" for the options of ` +
      'one.',
  )
  .description(
    'Makes, lists and removes the API keys that Stock Keeper lets in. They are kept in a file, which the service ' +
      'reads when it starts (API_KEYS_FILE) and again on SIGHUP.',
  )
  .addHelpText(
    'after',
    `
Examples:
  ${toolCall('keys')} add --name shop-backend --role shop
  ${toolCall('keys')} add --name audit --role reader --expires 2027-01-01
  ${toolCall('keys')} list
  ${toolCall('keys')} remove --name audit

Exit codes: 0 done, 1 it could not be done, 2 the command line is wrong.`,
  )
  .exitOverride();
program
  .command('add')
  .description(
    'Makes a key and prints it on stdout. It is shown this once: the file has only its SHA-256. A name may have two ' +
      'keys at the same time, so that a new one can replace an old one without a gap.',
  )
  .addOption(name())
  .addOption(
    new Option(
      '--role <role>',
      'what the key may do: "reader" only reads; "shop" also places and handles orders and carts; "stock" also ' +
        'creates and changes SKUs and books goods in; "admin" may do everything',
    )
      .choices(ROLES)
      .makeOptionMandatory(),
  )
  .addOption(
    new Option(
      '--expires <day>',
      'day or time (UTC) from which the key is refused, such as 2027-01-01; without it the key does not expire',
    ).argParser(expiryOf),
  )
  .addOption(file())
  .action(add);
program
  .command('list')
  .description('Lists the keys by name, with role, creation and expiry. The keys themselves cannot be shown again.')
  .addOption(file())
  .action(list);
program
  .command('remove')
  .description('Removes a key from the file.')
  .addOption(name())
  .option('--created <time>', 'creation time of the key, as "list" shows it; needed when the name has two keys')
  .addOption(file())
  .action(remove);

try {
  program.parse();
} catch (error) {
  // Commander has already written its own message.
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  say(
    error instanceof Refusal
      ? error.message
      : `It did not work: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exit(1);
}
