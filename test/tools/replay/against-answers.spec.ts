/** Holding answers against the database finds what was lost, left behind or untrue. */
import { describe, expect, it } from 'vitest';
import type { Query } from '../../support/laws.ts';
import { checkAnswers } from './against-answers.ts';
import type { Invoice, Sales } from './sales.ts';
import type { Answers } from './week.ts';

const invoice = (id: string, ...lines: [string, number][]): Invoice => ({
  id,
  customerId: 'c',
  date: '2010-12-01T08:26:00',
  lines: lines.map(([skuId, quantity]) => ({ skuId, quantity })),
});

const gone = invoice('1', ['mug', 2]);
const sent = invoice('2', ['mug', 1], ['lamp', 3], ['mug', 4]);
const tooMuch = invoice('3', ['mug', 9]);

const SALES: Sales = {
  skus: [{ id: 'mug', name: 'Mug', price: 100, onHand: 9 }],
  purchases: [gone, sent, tooMuch],
  cancellations: [],
};

const ANSWERS: Answers = {
  accepted: [gone, sent],
  refused: [{ invoice: tooMuch, shortages: [{ skuId: 'mug', requested: 9, available: 2, version: 3 }] }],
  cancelled: [gone],
  shipped: [sent],
  returned: [{ cancellationId: 'C1', orderId: '2', ownOrder: true, lines: [{ skuId: 'lamp', quantity: 1 }] }],
  unmatched: [],
  violations: [],
};

const OPENINGS = [{ id: 'mug', currency: 'GBP', opening: 9 }];
const ORDERS = [
  { id: '1', status: 'cancelled', sku_id: 'mug', ordered: 2, returned: 0 },
  { id: '2', status: 'shipped', sku_id: 'lamp', ordered: 3, returned: 1 },
  { id: '2', status: 'shipped', sku_id: 'mug', ordered: 5, returned: 0 },
];
const MOVEMENTS = [{ sku_id: 'mug', version: 3, available: 2 }];

type Rows = Awaited<ReturnType<Query>>;

/** What is found when the database holds these rows. */
function found({
  openings = OPENINGS,
  orders = ORDERS,
  movements = MOVEMENTS,
}: {
  openings?: Rows;
  orders?: Rows;
  movements?: Rows;
}) {
  const query: Query = async (sql) =>
    sql.includes('from skus') ? openings : sql.includes('from orders') ? orders : movements;
  return checkAnswers(query, SALES, ANSWERS);
}

describe('answers held against the database', () => {
  it('finds nothing when it holds what was answered', async () => {
    expect(await found({})).toEqual([]);
  });

  it('finds an acknowledged order that is lost', async () => {
    expect(await found({ orders: ORDERS.slice(1) })).toEqual([
      'answered: order 1: told cancelled, mug 2-0, found nothing',
    ]);
  });

  it('finds a refused order that left a trace', async () => {
    const trace = { id: '3', status: 'confirmed', sku_id: 'mug', ordered: 9, returned: 0 };
    expect(await found({ orders: [...ORDERS, trace] })).toEqual([
      'answered: order 3: told nothing, found confirmed, mug 9-0',
    ]);
  });

  it('finds an acknowledged cancel, shipment or return that is lost', async () => {
    const undone = ORDERS.map((row) => ({ ...row, status: 'confirmed', returned: 0 }));
    expect(await found({ orders: undone })).toEqual([
      'answered: order 1: told cancelled, mug 2-0, found confirmed, mug 2-0',
      'answered: order 2: told shipped, lamp 3-1, mug 5-0, found confirmed, lamp 3-0, mug 5-0',
    ]);
  });

  it('finds a shortage that was not true at its version', async () => {
    const movements = [{ sku_id: 'mug', version: 3, available: 9 }];
    expect(await found({ movements })).toEqual(['answered: order 3: SKU mug had 9 available at version 3, told 2']);
  });

  it('finds an opening stock that is not what was asked for', async () => {
    const openings = [{ id: 'mug', currency: 'GBP', opening: 8 }];
    expect(await found({ openings })).toEqual(['answered: SKU mug: told 9 GBP, found 8 GBP']);
  });
});
