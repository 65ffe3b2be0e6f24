/** Acknowledged deeds are in the ledger exactly once, and none is there that nobody asked for (I2, I3); nothing expires early. */
import type { Command } from '../../../../src/shop/commands.ts';
import type { Movement, Sku } from '../../../../src/shop/skus/sku.ts';
import type { Written } from '../database.ts';
import { type Asked, isFinal, isUnknown } from '../history.ts';
import { isCalm } from '../profile.ts';
import type { World } from '../world.ts';

interface Row {
  readonly movement: Movement;
  readonly sku: Sku;
  readonly written: Written<Sku>;
}

export function checkDeeds(world: World): string[] {
  const rows = [...world.database.skus.values()].flatMap((versions) => [...versions.values()].flatMap(rowOf));
  return [...unasked(world, rows), ...notOnce(world, rows), ...untimely(world)];
}

function rowOf(written: Written<Sku>): Row[] {
  const { row } = written;
  const fact = written.facts.skus.find((one) => one.id === row.id && one.row?.version === row.version);
  return fact?.movement ? [{ movement: fact.movement, sku: row, written }] : [];
}

/** I3: every movement of the keeper's was asked for before it was written. */
function unasked(world: World, rows: readonly Row[]): string[] {
  return rows.flatMap(({ movement, sku, written }) => {
    if (written.by !== 'keeper') return [];
    const isAsked = world.history.some(
      ({ command, called }) => called < written.tick && asksFor(command, movement, sku),
    );
    if (isAsked || isRightlyExpired(world, movement)) return [];
    return [`I3: nobody asked for ${JSON.stringify(movement)}`];
  });
}

function asksFor(command: Command, m: Movement, sku: Sku): boolean {
  switch (command.kind) {
    case 'create_sku':
      return (
        m.kind === 'received' && m.version === 1 && command.sku.id === m.skuId && command.sku.onHand === m.quantity
      );
    case 'receive':
      return (
        m.kind === 'received' &&
        command.reference === m.reference &&
        command.skuId === m.skuId &&
        command.quantity === m.quantity
      );
    case 'adjust':
      return m.kind === 'adjusted' && command.reason === m.reason && command.skuId === m.skuId;
    case 'change_sku':
      return m.kind === 'changed' && command.changes.name === sku.name && command.skuId === m.skuId;
    case 'place': {
      if (m.kind !== 'reserved' || command.orderId !== m.orderId) return false;
      const lines = command.lines.filter(({ skuId }) => skuId === m.skuId);
      return lines.reduce((sum, { quantity }) => sum + quantity, 0) === m.quantity;
    }
    case 'checkout':
      // How much of what is held against the history of the cart.
      return m.kind === 'reserved' && command.orderId === m.orderId;
    case 'cancel':
      return m.kind === 'released' && command.orderId === m.orderId && command.reason === m.reason;
    case 'reduce':
      return (
        m.kind === 'released' &&
        command.orderId === m.orderId &&
        command.skuId === m.skuId &&
        m.reason === 'line reduced'
      );
    case 'ship':
      return m.kind === 'shipped' && command.orderId === m.orderId;
    case 'return':
      return (
        m.kind === 'returned' &&
        command.orderId === m.orderId &&
        command.restock === m.restocked &&
        command.lines.some(({ skuId, quantity }) => skuId === m.skuId && quantity === m.quantity)
      );
    case 'read_sku':
    case 'read_availability':
    case 'read_order':
    case 'read_cart':
    case 'put_line':
    case 'remove_line':
    case 'select_all':
    case 'merge_carts':
    case 'sweep_cart':
    case 'confirm':
    case 'expire':
    case 'put_product':
      return false;
  }
}

function isRightlyExpired({ database }: World, { kind, reason, orderId, at }: Movement): boolean {
  if (kind !== 'released' || reason !== 'expired' || orderId === null) return false;
  const expiresAt = database.orders.get(orderId)?.get(1)?.row.expiresAt ?? null;
  return expiresAt !== null && at >= expiresAt;
}

/** I2: what a client asked for and no other did, told by the words it left in the row. */
function notOnce(world: World, rows: readonly Row[]): string[] {
  const keysLapse = world.profile.faults.has('day_passes');
  const byRequest = Map.groupBy(world.history, ({ request }) => request);
  return [...byRequest].flatMap(([{ n, command, idempotency }, asks]) => {
    const done = rowsOf(command, rows, world);
    if (done === null || (keysLapse && idempotency !== null)) return [];
    const isDone = asks.some((asked) => isFinal(asked) && succeeded(asked) && !isUnchanged(asked, rows));
    const isOpen = asks.some(isUnknown);
    // What this process refused, another owner may have done for the same client.
    const times = isDone || isOpen ? done.length : done.filter(({ written }) => written.by === 'keeper').length;
    const isRight = isDone ? times === 1 : times <= (isOpen ? 1 : 0);
    if (isRight) return [];
    const how = isDone ? 'acknowledged' : isOpen ? 'unknown' : 'refused';
    return [`I2: request ${n} (${command.kind}) was ${how} and is in the ledger ${times} times`];
  });
}

function succeeded({ answer }: Asked): boolean {
  return answer?.outcome.kind === 'sku' || answer?.outcome.kind === 'order';
}

/** An adjustment to what is there already, which writes nothing. */
function isUnchanged({ answer, command }: Asked, rows: readonly Row[]): boolean {
  if (command.kind !== 'adjust' || answer?.outcome.kind !== 'sku') return false;
  const { sku } = answer.outcome;
  const row = rows.find((it) => it.sku.id === sku.id && it.sku.version === sku.version);
  return 'onHand' in command.by && command.by.onHand === sku.onHand && row?.movement.reason !== command.reason;
}

/** The movements by which a request was carried out, `null` where the ledger cannot tell them from others. */
function rowsOf(command: Command, rows: readonly Row[], { database }: World): Row[] | null {
  switch (command.kind) {
    case 'receive':
      return rows.filter(({ movement: m }) => m.reference === command.reference);
    case 'adjust':
      return rows.filter(({ movement: m }) => m.kind === 'adjusted' && m.reason === command.reason);
    case 'change_sku': {
      const nameAt = (id: string, version: number) => database.skus.get(id)?.get(version)?.row.name;
      const { name } = command.changes;
      return rows.filter(
        ({ movement: m, sku }) =>
          m.kind === 'changed' && sku.name === name && nameAt(sku.id, sku.version - 1) !== sku.name,
      );
    }
    default:
      return null;
  }
}

/** A pending order past `expiresAt` does nothing but expire, and expires no earlier; where all is well, soon after. */
function untimely(world: World): string[] {
  const { database, profile } = world;
  return [...database.orders.values()].flatMap((versions) =>
    [...versions.values()].flatMap(({ row, ms }) => {
      const before = versions.get(row.version - 1)?.row;
      if (before?.status !== 'pending' || row.expiresAt === null) return [];
      const isExpired = row.cancelReason === 'expired';
      const lateMs = world.clockAt(ms) - row.expiresAt - profile.sweepRestMs;
      if (isExpired && row.updatedAt < row.expiresAt)
        return [`I4: order ${row.id} expired ${row.expiresAt - row.updatedAt} ms early`];
      if (!isExpired && row.updatedAt >= row.expiresAt)
        return [`I4: order ${row.id} became ${row.status} when it was overdue`];
      if (isExpired && isCalm(profile) && lateMs > 1000) return [`I9: order ${row.id} expired ${lateMs} ms late`];
      return [];
    }),
  );
}
