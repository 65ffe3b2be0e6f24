/**
 * `npm run verify`: asks every law of the database, and repairs what can be rebuilt from the ledger. Findings go to
 * stdout, one line each, and everything else to stderr. It exits with 0 when all is well, with 1 when something is not,
 * and with 2 when it could not find out.
 */
import { once } from 'node:events';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { LAWS } from '../audit/laws.ts';
import { openAsIs } from '../audit/open.ts';
import { planRepair, repair } from '../audit/repair.ts';
import type { Repair, Stand } from '../audit/repair-plan.ts';
import { type Violation, verify } from '../audit/verify.ts';
import { readDatabaseSettings } from '../config.ts';
import { toolCall } from '../lib/tool-call.ts';

const EXIT = { sound: 0, broken: 1, unknown: 2 } as const;

type Db = Awaited<ReturnType<typeof openAsIs>>;

/** They are not repaired, because nothing else records what they were. */
const UNTOUCHED = 'Orders, carts and idempotency keys are not touched.';

interface Options {
  readonly json?: boolean;
  readonly limit: number;
  readonly repair?: boolean;
  readonly yes?: boolean;
  readonly sku?: string;
  readonly trustQuantities?: boolean;
}

const say = (text: string): boolean => process.stderr.write(text);

/** Writes one line to stdout, no faster than it is read. */
async function print(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

const counted = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;

const shown = ({ version, onHand, reserved, sales }: Stand): string =>
  `onHand ${onHand}, reserved ${reserved}, sales ${sales} at version ${version}`;

function shownViolation({ law, violation, remedy }: Violation): string {
  return `${law}: ${violation}\n    ${remedy}`;
}

function shownRepair({ skuId, row, ledger, movements, firstMovement, cannot }: Repair): string {
  if (cannot !== null) return `SKU ${skuId} cannot be repaired: ${cannot}`;
  const changes: string[] = [];
  if (row !== null && shown(row) !== shown(ledger)) {
    changes.push(`its row says ${shown(row)} and its ledger adds up to another: becomes ${shown(ledger)}`);
  }
  if (movements > 0) {
    changes.push(
      `the counters of ${counted(movements, 'movement')} from version ${firstMovement} on do not follow from their ` +
        'quantities: become what follows',
    );
  }
  return `SKU ${skuId}: ${changes.join('; ')}`;
}

/** Verifies and reports. Resolves with whether every law holds. */
async function verifyAll(database: Db, { json, limit }: Options): Promise<boolean> {
  let asked = 0;
  let named = 0;
  const { skus, orders, movements, carts, violations, total, durationMs } = await verify(database, {
    violationsMax: limit,
    onLaw: (law, broken) => {
      if (broken === null) say(`[${++asked}/${LAWS.length}] ${law}\n`);
      else if (broken > 0) say(`  ${counted(broken, 'violation')}\n`);
    },
    onViolation: (violation) => {
      named++;
      return print(json ? JSON.stringify(violation) : shownViolation(violation));
    },
  });
  if (json) await print(JSON.stringify({ skus, orders, movements, carts, violations, total, durationMs }));
  const rows = [counted(skus, 'SKU'), counted(orders, 'order'), counted(movements, 'movement')].join(', ');
  const looked = `${rows} and ${counted(carts, 'cart')} in ${(durationMs / 1000).toFixed(1)} s`;
  if (total === 0) say(`Every law holds: ${looked}.\n`);
  else say(`${counted(total, 'violation')}${named < total ? `, ${named} of them named (--limit)` : ''}: ${looked}.\n`);
  return total === 0;
}

/** Shows what would be repaired, or repairs and verifies. Resolves with whether all is well then. */
async function repairAll(database: Db, options: Options): Promise<boolean> {
  const asked = {
    onlySku: options.sku ?? null,
    trustQuantities: options.trustQuantities ?? false,
    onRepair: (found: Repair) => print(options.json ? JSON.stringify(found) : shownRepair(found)),
  };
  if (!options.yes) {
    const { repaired, cannot } = await planRepair(database, asked);
    say(
      `${counted(repaired, 'SKU')} can be repaired, ${cannot} cannot. ${UNTOUCHED} Nothing was ` +
        `written.${repaired > 0 ? ' With --yes it is.' : ''}\n`,
    );
    return repaired + cannot === 0;
  }
  const { repaired, cannot } = await repair(database, asked);
  say(`${counted(repaired, 'SKU')} repaired, ${cannot} cannot be. ${UNTOUCHED} Verifying:\n`);
  return verifyAll(database, options);
}

async function run(options: Options): Promise<number> {
  const { settings, faults } = readDatabaseSettings(process.env);
  if (faults.length > 0) {
    say(faults.map((fault) => `${fault}\n`).join(''));
    return EXIT.unknown;
  }
  const database = await openAsIs(settings);
  try {
    const isSound = options.repair ? await repairAll(database, options) : await verifyAll(database, options);
    return isSound ? EXIT.sound : EXIT.broken;
  } finally {
    await database.close();
  }
}

const program = new Command(toolCall('verify'))
  .showHelpAfterError(`Run "${toolCall('verify')} --help" for all options.`)
  .description(
    'Checks that every law holds in the database, and repairs what can be rebuilt. It uses the database that the ' +
      'service uses: set DATABASE_URL or DATA_DIR as you do there. A PostgreSQL server can be checked while the ' +
      'service runs; stop the service to check an embedded database, which only one process can open.',
  )
  .option('--json', 'print one JSON document a line: each violation, then a summary')
  .option('--limit <count>', 'violations to print for each law; all are counted', whole, 100)
  .option('--repair', 'show which SKUs can be rebuilt from their ledger, and how; writes nothing without --yes')
  .option('--yes', 'with --repair: write the repair, in one transaction; stop the service first')
  .option('--sku <id>', 'with --repair: repair only this SKU')
  .option(
    '--trust-quantities',
    'with --repair: where the row and the last movement agree with each other but not with the quantities of the ' +
      'movements, believe the quantities',
  )
  .addHelpText(
    'after',
    `
Examples:
  ${toolCall('verify').replace(/ --$/, '')}
  DATABASE_URL=postgres://shop:secret@localhost/stock ${toolCall('verify')} --json
  ${toolCall('verify')} --repair
  ${toolCall('verify')} --repair --yes

Exit codes: 0 every law holds, 1 a law is broken (or there is something to repair), 2 that could not be
found out: the command line is wrong, or the database cannot be read.`,
  )
  .allowExcessArguments(false)
  .exitOverride()
  .action(async (options: Options) => {
    if (!options.repair && (options.yes || options.sku !== undefined || options.trustQuantities)) {
      program.error('error: --yes, --sku and --trust-quantities need --repair');
    }
    process.exitCode = await run(options);
  });

// The reader of the findings may stop reading.
process.stdout.on('error', () => process.exit(EXIT.unknown));
try {
  await program.parseAsync();
} catch (error) {
  // Commander has already written its own message.
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? EXIT.sound : EXIT.unknown);
  say(`Could not verify: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(EXIT.unknown);
}
