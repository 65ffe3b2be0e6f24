/** What `stock-keeper --help` says, and `npm start -- --help` in the repository. */

const SETTINGS: readonly (readonly [name: string, means: string])[] = [
  ['HOST', 'address to listen on (127.0.0.1); any other needs API_KEYS_FILE'],
  ['PORT', 'port to listen on (3000); 0 takes a free one'],
  ['DATA_DIR', 'folder of the embedded database (./data)'],
  ['DATABASE_URL', 'postgres://user:password@host/database, to use a PostgreSQL server instead'],
  ['API_KEYS_FILE', 'file of the API keys that are let in; "keys add" makes it'],
  ['RATE_LIMIT_PER_KEY', 'requests a second of one key (20000; 0 for no limit)'],
  ['RATE_LIMIT_PER_ADDRESS', 'requests a second of one address (20000; 0 for no limit)'],
  ['DEFAULT_FREIGHT', 'freight of a checkout that names none, in minor units (0)'],
  ['CART_IDLE_DAYS', 'days after which an unchanged cart is deleted (30)'],
  ['CONNECTIONS_MAX', 'connections open at the same time (10000)'],
  ['EVENT_LOOP_DELAY_MAX_MS', 'delay of the event loop above which requests are refused (1000; 0 for never)'],
  ['RESIDENTS_MAX', 'SKUs, orders and carts kept in memory, of each kind (20000)'],
  ['LOG_LEVEL', 'trace, debug, info, warn, error, fatal or silent (info)'],
];

/**
 * `service` and `tool` say how a person calls the service and a tool. The calls differ between the repository and an
 * installed package.
 */
export function usage(service: string, tool: (name: string) => string): string {
  const settings = SETTINGS.map(([name, means]) => `  ${name.padEnd(23)}  ${means}`).join('\n');
  return `Usage: ${service}

Starts the service. It takes no options: its settings are environment variables.

${settings}

Tools beside the service, each with a --help of its own:
  ${tool('keys').padEnd(23)}  make, list and remove API keys
  ${tool('verify').padEnd(23)}  check the database, and repair it

Examples:
  PORT=4000 ${service}
  DATABASE_URL=postgres://shop:secret@localhost/stock ${service}

It prints one line when it is ready. Ctrl-C or SIGTERM stops it; what it has accepted is answered first.
Exit codes: 0 stopped as asked, 1 it could not start or failed, 2 an argument or a setting is wrong.
`;
}
