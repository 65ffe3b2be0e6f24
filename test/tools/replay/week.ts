/**
 * The week as it is replayed: SKUs created, purchases placed as whole orders, every fifth accepted one cancelled by two clients at once,
 * the rest shipped, the file's cancellations booked as returns. Keeps what was answered, to hold it against the database.
 */
import type { Answered, Ask, Clients } from './clients.ts';
import type { Progress } from './progress.ts';
import { type Invoice, type Sales, unitsOf } from './sales.ts';

interface Shortage {
  readonly skuId: string;
  readonly requested: number;
  readonly available: number;
  readonly version: number;
}

interface Refused {
  readonly invoice: Invoice;
  readonly shortages: readonly Shortage[];
}

/** Goods of one cancellation that were given back out of one shipped order. */
interface Returned {
  readonly cancellationId: string;
  readonly orderId: string;
  /** Whether the same customer had bought it. */
  readonly ownOrder: boolean;
  readonly lines: readonly { readonly skuId: string; readonly quantity: number }[];
}

/** What the service answered. `violations` are answers that no law allows. */
export interface Answers {
  readonly accepted: Invoice[];
  readonly refused: Refused[];
  readonly cancelled: Invoice[];
  readonly shipped: Invoice[];
  readonly returned: Returned[];
  /** Cancellation lines that match no shipped line. */
  readonly unmatched: { readonly cancellationId: string; readonly skuId: string; readonly quantity: number }[];
  readonly violations: string[];
}

const CURRENCY = 'GBP';
const CANCEL_EVERY = 5;

/** Every other invoice is paid online, so that both ways of paying are walked. */
export const paymentOf = (invoice: Invoice) => (Number(invoice.id) % 2 === 0 ? 'online' : 'cash_on_delivery');

/** Replays the week over HTTP. Rejects when the service stops answering. */
export async function replayWeek(sales: Sales, clients: Clients, progress: Progress): Promise<Answers> {
  const answers: Answers = {
    accepted: [],
    refused: [],
    cancelled: [],
    shipped: [],
    returned: [],
    unmatched: [],
    violations: [],
  };
  /** Notes an answer that is not `status`; answers whether it was. */
  const expected = (answered: Answered, status: number, what: string): boolean => {
    if (answered.status === status) return true;
    answers.violations.push(`answer: ${what}: ${answered.status} instead of ${status}: ${answered.text}`);
    return false;
  };

  progress.phase('create SKUs', sales.skus.length);
  await clients.each('create SKUs', sales.skus, async (sku, ask) => {
    const headers = { 'idempotency-key': `create-${encodeURIComponent(sku.id)}` };
    const created = await ask({ method: 'POST', path: '/skus', headers, body: { ...sku, currency: CURRENCY } });
    expected(created, 201, `SKU ${sku.id}`);
    progress.step();
  });

  progress.phase('place orders', sales.purchases.length);
  await clients.each('place orders', sales.purchases, async (invoice, ask) => {
    await place(invoice, ask, answers);
    progress.step();
  });

  const toCancel = answers.accepted.filter((_, i) => i % CANCEL_EVERY === CANCEL_EVERY - 1);
  progress.phase('cancel twice', toCancel.length);
  await clients.pairs('cancel twice', toCancel, async (invoice, one, other) => {
    const cancel = { method: 'POST', path: `/orders/${invoice.id}/cancel` } as const;
    const both = await Promise.all([one(cancel), other(cancel)]);
    const what = `cancel of order ${invoice.id}`;
    if (both.every((answered) => expected(answered, 200, what))) {
      answers.cancelled.push(invoice);
      const [{ text: first }, { text: second }] = both;
      if (first !== second) answers.violations.push(`answer: ${what}: two bodies: ${first} and ${second}`);
    }
    progress.step();
  });

  const gone = new Set(toCancel);
  const toShip = answers.accepted.filter((invoice) => !gone.has(invoice));
  progress.phase('ship', toShip.length);
  await clients.each('confirm and ship', toShip, async (invoice, ask) => {
    const path = `/orders/${invoice.id}`;
    if (paymentOf(invoice) === 'online') {
      expected(await ask({ method: 'POST', path: `${path}/confirm` }), 200, `confirm of order ${invoice.id}`);
    }
    if (expected(await ask({ method: 'POST', path: `${path}/ship` }), 200, `ship of order ${invoice.id}`)) {
      answers.shipped.push(invoice);
    }
    progress.step();
  });

  const returns = matchReturns(sales.cancellations, answers);
  progress.phase('return', returns.length);
  await clients.each('return', returns, async (back, ask) => {
    const path = `/orders/${back.orderId}/return`;
    const headers = { 'idempotency-key': `${back.cancellationId}-${back.orderId}` };
    const answered = await ask({ method: 'POST', path, headers, body: { lines: back.lines, restock: true } });
    if (expected(answered, 200, `return ${back.cancellationId} of order ${back.orderId}`)) answers.returned.push(back);
    progress.step();
  });
  progress.end();
  for (const way of ['accepted', 'refused', 'cancelled', 'shipped', 'returned'] as const) {
    if (answers[way].length === 0) answers.violations.push(`replay: no order was ${way}, so that way was not tried`);
  }
  return answers;
}

async function place(invoice: Invoice, ask: Ask, answers: Answers): Promise<void> {
  const { id, customerId, lines } = invoice;
  const placed = await ask({
    method: 'POST',
    path: '/orders',
    body: { id, customerId, lines, payment: paymentOf(invoice) },
  });
  const repeated = placed.status === 200 && placed.tries > 1;
  if (placed.status === 201 || repeated) {
    answers.accepted.push(invoice);
    return;
  }
  if (placed.status !== 409) {
    answers.violations.push(`answer: order ${id}: ${placed.status}: ${placed.text}`);
    return;
  }
  const { code, shortages = [] } = JSON.parse(placed.text) as { code: string; shortages?: Shortage[] };
  if (code !== 'insufficient_stock' || shortages.length === 0) {
    answers.violations.push(`answer: order ${id}: refused without shortages: ${placed.text}`);
  }
  const asked = unitsOf(invoice);
  for (const { skuId, requested, available } of shortages) {
    if (asked.get(skuId) !== requested || available >= requested) {
      answers.violations.push(
        `answer: order ${id}: SKU ${skuId}, ${asked.get(skuId) ?? 0} asked, is no shortage: ${requested} of ${available}`,
      );
    }
  }
  answers.refused.push({ invoice, shortages });
}

/**
 * Finds for each cancellation line a shipped order that still holds as many units of the SKU: one of the same customer, else anyone's,
 * for the file begins in the middle of the shop's life and most of what came back in its week was bought before it.
 */
function matchReturns(cancellations: readonly Invoice[], answers: Answers): Returned[] {
  const left = new Map(answers.shipped.map((invoice) => [invoice, unitsOf(invoice)]));
  const returns: Returned[] = [];
  for (const cancellation of cancellations) {
    const own = (invoice: Invoice) => invoice.customerId === cancellation.customerId;
    const booked = new Map<Invoice, { skuId: string; quantity: number }[]>();
    for (const [skuId, quantity] of unitsOf(cancellation)) {
      const holding = answers.shipped.filter((invoice) => (left.get(invoice)?.get(skuId) ?? 0) >= quantity);
      const source = holding.find(own) ?? holding[0];
      if (source === undefined) {
        answers.unmatched.push({ cancellationId: cancellation.id, skuId, quantity });
        continue;
      }
      left.get(source)?.set(skuId, (left.get(source)?.get(skuId) ?? 0) - quantity);
      booked.set(source, [...(booked.get(source) ?? []), { skuId, quantity }]);
    }
    for (const [source, lines] of booked) {
      returns.push({ cancellationId: cancellation.id, orderId: source.id, ownOrder: own(source), lines });
    }
  }
  return returns;
}
