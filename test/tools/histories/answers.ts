/**
 * Every answer that names a version, against the record of that version; and what each answer saw, and when, for the checkers of order.
 * An answer given again shows what was then: it is held against the record too, and says nothing of its own time.
 */
import type { OrderBody } from '../../../src/api/orders/body.ts';
import type { SkuBody } from '../../../src/api/skus/body.ts';
import type { Act, Facts, MovementPage, OrderPage, SkuPage } from './act.ts';
import { NOWHERE, type Notes } from './notes.ts';
import type { OrderAnswers } from './order-answers.ts';
import type { ProductAnswer, SkuAnswers } from './sku-answers.ts';

export interface AnswerBooks {
  readonly skus: SkuAnswers;
  readonly orders: OrderAnswers;
  readonly notes: Notes;
}

/** Checks one answer, and takes down what it saw. */
export function takeDown(act: Act, books: AnswerBooks): void {
  if (act.fate === 'done') done(act, books);
  else if (act.fate === 'refused' && act.body !== null) refused(act, act.body as Facts, books);
}

function done(act: Act, { skus, orders }: AnswerBooks): void {
  const { asked, body } = act;
  if (body === null) return skus.unchanged(act);
  switch (asked.kind) {
    case 'create':
    case 'change':
    case 'receive':
    case 'adjust':
    case 'read_sku':
      return skus.one(act, body as SkuBody);
    case 'list_skus':
      return skus.page(act, (body as SkuPage).items);
    case 'read_product':
      return skus.product(act, asked.whole, body as ProductAnswer);
    case 'read_movements':
      return skus.movements(act, asked.skuId, asked.after, body as MovementPage);
    case 'list_orders':
      for (const order of (body as OrderPage).items) orders.show(act, order, JSON.stringify(order));
      return;
    case 'other':
      return;
    default:
      return orders.one(act, body as OrderBody);
  }
}

function refused(act: Act, facts: Facts, { skus, orders, notes }: AnswerBooks): void {
  // Remembered under its key: of the moment when it was refused first.
  const isFresh = act.operation.reply?.replayed === false;
  const { asked } = act;
  if ('orderId' in asked && asked.orderId !== null) orders.refused(act, asked.orderId, facts, isFresh);
  switch (facts.code) {
    case 'sku_not_found':
      if (isFresh && facts.skuId !== undefined) notes.seeSku(act, facts.skuId, NOWHERE);
      return;
    case 'unknown_sku':
      for (const skuId of isFresh ? (facts.skuIds ?? []) : []) notes.seeSku(act, skuId, NOWHERE);
      return;
    case 'sku_exists':
      return skus.exists(act, facts.skuId ?? '');
    case 'insufficient_stock':
    case 'not_on_hand':
      for (const shortage of facts.shortages ?? []) skus.shortage(act, shortage);
      return notes.moment(act, facts.shortages ?? []);
    case 'stale_version':
    case 'below_reserved':
      return skus.stale(act, facts, isFresh);
    default:
  }
}
