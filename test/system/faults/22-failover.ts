/**
 * The database server dies for good and its standby takes its place: made by `pg_basebackup`, fed by streaming, promoted, and the wire
 * switched to it. Fed asynchronously it may lack what was acknowledged last, which is counted and told; fed synchronously it may not.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { serverAccount, installedPostgres } from '../../support/postgres-binaries.ts';
import type { PostgresServer } from '../../support/postgres-server.ts';
import { runPostgresTool } from '../../support/postgres-tools.ts';
import { Wire } from '../../support/proxy.ts';
import { SqlSession } from '../../support/sql.ts';
import { until } from '../../support/until.ts';
import type { Fault, Trial } from './fault.ts';
import { openShopping } from './shopping.ts';

/** How long the standby has been cut off when the server dies, milliseconds: what is acknowledged meanwhile is lost with it. */
const BEHIND_MS = { short: 200, long: 1000 };

export const fault: Fault = {
  row: 22,
  title: 'failover',
  obstacle: async () => (installedPostgres('pg_basebackup') === null ? NO_TOOLS : null),
  async run(trial) {
  },
};
