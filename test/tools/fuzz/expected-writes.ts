/** What a request may write: nothing when it is refused, and exactly what it says when it is not. */
import type { Write } from './books.ts';
import type { Request } from './requests.ts';
import { type LineRow, type MovementRow, type OrderRow, type Rows, written } from './rows.ts';
import type { CartRow } from './shop-rows.ts';
import type { WireAnswer } from './wire.ts';

/** What these may write, where no movement tells it. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  readAvailability: [],
  putProduct: ['products'],
  ...Object.fromEntries(['putLine', 'removeLine', 'selectAll', 'mergeCarts'].map((call) => [call, ['carts']])),
};

/**
 * What was written and should not have been, or the other way round. `rows` is how the shop stood before. Orders that expired meanwhile are
 * the service's own doing: they are let pass, with the stock they give back.
 */
export function wrongWrites(
  request: Request,
  answer: WireAnswer,
  body: unknown,
  all: readonly Write[],
  rows: Rows,
): string[] {
  const writes = withoutExpiries(all);
  const told = [...new Set(writes.map(({ table, op }) => `${op.toLowerCase()} of ${table}`))].join(', ');
  const keys = written<{ readonly key: string }>(writes, 'idempotency_keys');
  const others = writes.filter(({ table }) => table !== 'idempotency_keys');
  const faults = keyFaults(
    request,
    answer,
    keys.map(({ key }) => key),
    rows,
  );
  const changes = ['POST', 'PATCH', 'PUT', 'DELETE'].includes(request.method);
  const done = changes && answer.status < 300 && !isReplay(answer);
  if (!done) return others.length === 0 ? faults : [...faults, `${answer.status} was answered, and there was ${told}`];
  if (writes.some(({ op }) => op === 'DELETE')) faults.push(`there was ${told}`);
  const tables = TABLES[request.call.operationId];
  if (tables !== undefined && others.some(({ table }) => !tables.includes(table))) faults.push(`there was ${told}`);
  return [
    ...faults,
    ...boughtFaults(request, others, rows),
    ...setFaults(request, body),
    ...movementFaults(request, body, written<MovementRow>(others, 'movements'), rows, others.length > 0),
  ];
}

export const isReplay = (answer: WireAnswer): boolean => answer.headers.get('idempotent-replayed')?.[0] === 'true';

export function withoutExpiries(writes: readonly Write[]): readonly Write[] {
  const expired = new Set(
    written<OrderRow>(writes, 'orders')
      .filter((row) => row.cancel_reason === 'expired')
      .map(({ id }) => id),
  );
  if (expired.size === 0) return writes;
  const isReleased = (row: MovementRow) => row.kind === 'released' && expired.has(row.order_id ?? '');
  const released = new Set(
    written<MovementRow>(writes, 'movements')
      .filter(isReleased)
      .map((row) => `${row.version} ${row.sku_id}`),
  );
  return writes.filter(({ table, row }) => {
    if (table === 'orders') return !expired.has(String(row['id']));
    if (table === 'order_lines') return !expired.has(String(row['order_id']));
    if (table === 'movements') return !isReleased(row as unknown as MovementRow);
    return table !== 'skus' || !released.has(`${String(row['version'])} ${String(row['id'])}`);
  });
}

function keyFaults(request: Request, answer: WireAnswer, keys: readonly string[], rows: Rows): string[] {
  const sent = request.headers.find(([name]) => name.toLowerCase() === 'idempotency-key')?.[1].trim();
  const takesKey = request.method === 'POST' && request.call.headers.some(({ name }) => name === 'idempotency-key');
  // A refusal is decided afresh each time.
  const isDone = answer.status < 300;
  const expected = takesKey && sent !== undefined && isDone && !rows.hasKey(sent) ? [sent] : [];
  return JSON.stringify(keys) === JSON.stringify(expected)
    ? []
    : [`keys written: ${JSON.stringify(keys)}, expected ${JSON.stringify(expected)}`];
}

type Moves = readonly (readonly [skuId: string, quantity: number])[];

/** The movements that a call which succeeded says it made; `null` when that is not for the request to say. */
function expectedMoves(
  request: Request,
  rows: Rows,
  changed: boolean,
): { kind: MovementRow['kind']; moves: Moves } | null {
  const text = request.call.body === null ? '' : (request.body?.toString('utf8') ?? '');
  const asked = (text === '' ? {} : JSON.parse(text)) as {
    id?: string;
    onHand?: number;
    quantity?: number;
    delta?: number;
    lines?: { skuId: string; quantity: number }[];
  };
  const [, first = '', , second = ''] = request.target.split('?')[0]?.slice(1).split('/').map(decodeURIComponent) ?? [];
  const lines = rows.linesOf(first).filter(({ quantity }) => quantity > 0);
  const standing = (units: (line: LineRow) => number): Moves =>
    lines.map((line) => [line.sku_id, units(line)] as const);
  switch (request.call.operationId) {
    case 'createSku':
      return { kind: 'received', moves: asked.onHand ? [[asked.id ?? '', asked.onHand]] : [] };
    case 'receiveStock':
      return { kind: 'received', moves: [[first, asked.quantity ?? 0]] };
    case 'adjustStock':
      return asked.delta === undefined
        ? null
        : { kind: 'adjusted', moves: asked.delta === 0 ? [] : [[first, asked.delta]] };
    case 'changeSku':
      return { kind: 'changed', moves: changed ? [[first, 0]] : [] };
    case 'checkOut': {
      const bought = rows.cartLines(first).filter(({ selected }) => selected);
      return { kind: 'reserved', moves: bought.map(({ skuId, quantity }) => [skuId, quantity] as const) };
    }
    case 'placeOrder':
      return { kind: 'reserved', moves: summed(asked.lines ?? []) };
    case 'returnUnits':
      return { kind: 'returned', moves: summed(asked.lines ?? []) };
    case 'confirmOrder':
      return { kind: 'shipped', moves: [] };
    case 'cancelOrder':
      return {
        kind: 'released',
        moves: rows.order(first)?.status === 'cancelled' ? [] : standing((line) => line.quantity),
      };
    case 'shipOrder':
      return {
        kind: 'shipped',
        moves: rows.order(first)?.status === 'shipped' ? [] : standing((line) => line.quantity),
      };
    case 'reduceLine': {
      const released = (line: LineRow) => (line.sku_id === second ? line.quantity - (asked.quantity ?? 0) : 0);
      return { kind: 'released', moves: standing(released).filter(([, quantity]) => quantity > 0) };
    }
    default:
      return null;
  }
}

/** What is set absolutely is shown as it was set. */
function setFaults({ call, target, body: sent }: Request, body: unknown): string[] {
  if (call.body === null) return [];
  const asked = JSON.parse(sent?.toString('utf8') || '{}') as Record<string, unknown>;
  const shown = body as { name?: unknown; description?: unknown; lines?: { skuId: string; quantity: number }[] };
  if (call.operationId === 'putProduct') {
    const { name, description = null } = asked;
    return shown.name === name && shown.description === description ? [] : ['the product says something else'];
  }
  if (call.operationId !== 'putLine') return [];
  const skuId = decodeURIComponent(target.split('?')[0]?.split('/')[4] ?? '');
  const line = shown.lines?.find((one) => one.skuId === skuId);
  return line?.quantity === asked['quantity'] ? [] : [`the line of ${skuId} is ${JSON.stringify(line)}`];
}

/** A checkout takes out of the cart what was selected, and nothing else. */
function boughtFaults({ call, target }: Request, writes: readonly Write[], rows: Rows): string[] {
  if (call.operationId !== 'checkOut') return [];
  const id = decodeURIComponent(target.split('/')[2] ?? '');
  const left = JSON.stringify(rows.cartLines(id).filter(({ selected }) => !selected));
  const found = written<CartRow>(writes, 'carts').map(({ lines }) => JSON.stringify(lines));
  return found.length === 1 && found[0] === left ? [] : [`carts written ${found.join(', ')}, expected ${left}`];
}

function summed(lines: readonly { readonly skuId: string; readonly quantity: number }[]): Moves {
  const sums = new Map<string, number>();
  for (const { skuId, quantity } of lines) sums.set(skuId, (sums.get(skuId) ?? 0) + quantity);
  return [...sums];
}

function movementFaults(
  request: Request,
  body: unknown,
  movements: readonly MovementRow[],
  rows: Rows,
  changed: boolean,
): string[] {
  const expected = expectedMoves(request, rows, changed);
  if (expected === null) return [];
  const text = (moves: readonly (readonly [string, string, number])[]) => JSON.stringify(moves.toSorted());
  const found = text(movements.map(({ kind, sku_id, quantity }) => [kind, sku_id, quantity]));
  const wanted = text(expected.moves.map(([skuId, quantity]) => [expected.kind, skuId, quantity]));
  const faults = found === wanted ? [] : [`movements ${found}, expected ${wanted}`];
  const orderId =
    (body as { lines?: unknown; id?: string } | null)?.lines === undefined ? null : (body as { id: string }).id;
  if (movements.some(({ order_id }) => order_id !== orderId)) faults.push('a movement names another order');
  return faults;
}
