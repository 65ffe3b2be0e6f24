/**
 * Each SKU of a history on its own, against the stock model alone: the database is not asked, and nothing is shared with the rules of the
 * service. For histories of at most 60 operations a SKU, of orders of one line that do not expire; SKUs with others are left out, and counted.
 */
import type { OrderBody } from '../../../src/api/orders/body.ts';
import type { SkuBody } from '../../../src/api/skus/body.ts';
import { type Act, actOf, type Facts } from './act.ts';
import type { History } from './history.ts';
import { type Answer, orderAnswer, type Question, STOCK_MODEL, shortAnswer, skuAnswer } from './stock-model.ts';
import { CALLS_MAX, type Call, linearize } from './wing-gong.ts';

export interface BlackBoxReport {
  /** SKUs whose history no order of the same operations explains, in words. */
  readonly violations: string[];
  /** SKUs that were searched. */
  readonly checked: number;
  /** SKUs with more operations than a search is given, or of kinds that the model does not know. */
  readonly leftOut: number;
}

export function checkBlackBox(history: Pick<History, 'operations'>): BlackBoxReport {
  const acts = history.operations.map(actOf).filter(({ fate }) => fate !== 'undecided');
  const skuOf = new Map<string, string>();
  for (const { asked } of acts) {
    const [line] = asked.kind === 'place' ? asked.lines : [];
    if (asked.kind === 'place' && asked.orderId !== null && line !== undefined) skuOf.set(asked.orderId, line.skuId);
  }
  const bySku = new Map<string, (Call<Question, Answer> | null)[]>();
  for (const act of acts) {
    for (const skuId of concerned(act, skuOf)) {
      const calls = bySku.get(skuId) ?? [];
      bySku.set(skuId, calls);
      calls.push(callOf(act));
    }
  }
  const violations: string[] = [];
  let leftOut = 0;
  for (const [skuId, calls] of bySku) {
    const known = calls.filter((call) => call !== null);
    if (known.length < calls.length || calls.length > CALLS_MAX) leftOut++;
    else if (linearize(known, STOCK_MODEL) === null) violations.push(`SKU ${skuId}: no order explains ${say(known)}`);
  }
  return { violations, checked: bySku.size - leftOut, leftOut };
}

/** SKUs that an operation is about. */
function concerned({ asked }: Act, skuOf: ReadonlyMap<string, string>): readonly string[] {
  if (asked.kind === 'place') return asked.lines.map((line) => line.skuId);
  if ('orderId' in asked) {
    const skuId = skuOf.get(asked.orderId);
    return skuId === undefined ? [] : [skuId];
  }
  return 'skuId' in asked ? [asked.skuId] : [];
}

/** Null when the model does not know of it. */
function callOf(act: Act): Call<Question, Answer> | null {
  const question = questionOf(act);
  const { invoked, completed } = act.operation;
  const answer = act.fate === 'unknown' ? null : answerOf(act);
  return question === null
    ? null
    : { question, called: invoked, answered: completed ?? Number.POSITIVE_INFINITY, answer };
}

function questionOf({ asked, key }: Act): Question | null {
  switch (asked.kind) {
    case 'create': {
      const { onHand, safetyStock, backorderLimit, maxPerOrder, maxPerCustomer } = asked.sku;
      const isPlain = safetyStock === 0 && backorderLimit === 0 && maxPerOrder === null && maxPerCustomer === null;
      return isPlain && key === null ? { kind: 'create', onHand } : null;
    }
    case 'read_sku':
      return { kind: 'read' };
    case 'receive':
      return { kind: 'receive', quantity: asked.quantity, key };
    case 'adjust':
      return key === null ? { kind: 'adjust', delta: asked.delta, onHand: asked.onHand } : null;
    case 'place': {
      const [line, ...others] = asked.lines;
      if (line === undefined || others.length > 0 || asked.orderId === null || key !== null) return null;
      const { orderId, payment } = asked;
      return { kind: 'place', orderId, quantity: line.quantity, cash: payment === 'cash_on_delivery' };
    }
    case 'read_order':
    case 'confirm':
    case 'cancel':
    case 'ship':
      return key === null ? { kind: asked.kind, orderId: asked.orderId } : null;
    default:
      return null;
  }
}

function answerOf({ asked, operation, body }: Act): Answer {
  const { status = 0, replayed = false } = operation.reply ?? {};
  if (status >= 400) {
    const { code, shortages } = body as Facts;
    const [shortage] = shortages ?? [];
    if (code === 'insufficient_stock' && shortage !== undefined)
      return shortAnswer(shortage.available ?? 0, shortage.version);
    return `${status} ${code}`;
  }
  if ('orderId' in asked) {
    const order = body as OrderBody;
    return orderAnswer(status, replayed, { status: order.status, quantity: order.totalCount });
  }
  return skuAnswer(status, replayed, body as SkuBody);
}

function say(calls: readonly Call<Question, Answer>[]): string {
  const words = calls.map(({ question, answer }) => `${JSON.stringify(question)} → ${answer ?? '?'}`);
  return `${calls.length} operations: ${words.join('; ')}`;
}
