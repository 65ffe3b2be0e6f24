/**
 * Repairs what can be rebuilt from the ledger: rows of SKUs and the counters in movements. It repairs nothing of
 * orders, carts and keys, which no ledger records. It works in one transaction, as the owner of the database: while it
 * repairs, no service decides anything, and a service that was the owner before can commit nothing more. What was
 * repaired is verified before it is committed.
 */
import type { Database } from '../db/database.ts';
import { unobserved } from '../lib/observe.ts';
import type { Epoch } from '../ownership/epoch.ts';
import { Ownership } from '../ownership/ownership.ts';
import { REPLAY } from './law.ts';
import { LAWS } from './laws.ts';
import { CannotVerify } from './open.ts';
import { type Repair, type RepairScope, repairPlan } from './repair-plan.ts';
import { type Ask, each, snapshot } from './verify.ts';

export interface RepairOptions extends RepairScope {
  /** Told of each SKU that is repaired or cannot be. The next SKU waits for it. */
  readonly onRepair: (repair: Repair) => void | Promise<void>;
}

export interface Repaired {
  readonly repaired: number;
  readonly cannot: number;
}

/** What `repair` would do. Writes nothing. Rejects with the database's error. */
export function planRepair(database: Database, options: RepairOptions): Promise<Repaired> {
  return snapshot(database, true, (ask) => tell(ask, repairPlan(options), options));
}

/**
 * Repairs. Rejects with `CannotVerify` when a service owns the database, or when what was repaired does not hold, and
 * with the database's error otherwise. Nothing is written after a rejection.
 */
export function repair(database: Database, options: RepairOptions): Promise<Repaired> {
  return asOwner(database, (epoch) =>
    snapshot(database, false, async (ask) => {
      await ask(`create temp table repairs on commit drop as ${repairPlan(options)}`);
      const told = await tell(ask, 'select * from repairs', options);
      await ask('delete from repairs where cannot is not null');
      await ask(REPAIR_MOVEMENTS);
      await ask(REPAIR_ROWS);
      await verifyRepaired(ask);
      await stillOwner(ask, epoch);
      return told;
    }),
  );
}

async function tell(ask: Ask, sql: string, { onRepair }: RepairOptions): Promise<Repaired> {
  let [repaired, cannot] = [0, 0];
  await each<Repair>(ask, sql, async (found) => {
    if (found.cannot === null) repaired++;
    else cannot++;
    await onRepair(found);
  });
  return { repaired, cannot };
}

const REPAIR_MOVEMENTS = `update movements m set on_hand = r.r_on_hand, reserved = r.r_reserved, sales = r.r_sales
  from (${REPLAY}) r join repairs p on p."skuId" = r.sku_id
  where m.sku_id = r.sku_id and m.version = r.version
    and (m.on_hand, m.reserved, m.sales) is distinct from (r.r_on_hand, r.r_reserved, r.r_sales)`;

const REPAIR_ROWS = `update skus s set version = (p.ledger ->> 'version')::int, on_hand = (p.ledger ->> 'onHand')::int,
    reserved = (p.ledger ->> 'reserved')::int, sales = (p.ledger ->> 'sales')::int
  from repairs p where s.id = p."skuId"`;

async function verifyRepaired(ask: Ask): Promise<void> {
  for (const { name, sql, ofRebuilt } of LAWS) {
    if (ofRebuilt !== true) continue;
    const broken = `select violation from (${sql}) v where v.sku_id in (select "skuId" from repairs) limit 1`;
    const [first] = await ask<{ violation: string }>(broken);
    if (first !== undefined) {
      throw new CannotVerify(`what was rebuilt breaks ${name} (${first.violation}): nothing was written`);
    }
  }
}

/** Runs `work` as the one owner of the database. Rejects with `CannotVerify` when a service is the owner. */
async function asOwner<T>(database: Database, work: (epoch: Epoch) => Promise<T>): Promise<T> {
  const ownership = new Ownership({ database, observe: unobserved });
  try {
    await ownership.start();
    if (ownership.role !== 'owner') {
      throw new CannotVerify(
        'a Stock Keeper is running on this database: stop it and every standby, repair, and start them again',
      );
    }
    return await work(ownership.epoch);
  } finally {
    await ownership.close();
  }
}

/**
 * Locks the row of our epoch until the end of the transaction, as a batch does. A process that took over in the
 * meantime has ended the epoch.
 */
async function stillOwner(ask: Ask, { number, owner }: Epoch): Promise<void> {
  const rows = await ask(
    `select 1 from epochs where epoch = ${number} and owner = '${owner}' and ended_at is null for update`,
  );
  if (rows.length === 0) throw new CannotVerify('another Stock Keeper took the database over: nothing was written');
}
