/** Holds what was answered against what the database holds: nothing acknowledged is lost, nothing refused has left a trace, each shortage was true. */
import type { Query } from '../../support/laws.ts';
import { type Invoice, type Sales, unitsOf } from './sales.ts';
import { type Answers, paymentOf } from './week.ts';

/** Answers the violations, `answered: what was found`. Rejects when the database does. */
export async function checkAnswers(query: Query, sales: Sales, answers: Answers): Promise<string[]> {
  return [
    ...(await openings(query, sales)),
    ...(await orders(query, answers)),
    ...(await shortages(query, answers)),
  ].map((violation) => `answered: ${violation}`);
}

/** Every SKU is there with the opening stock that was asked for. */
async function openings(query: Query, sales: Sales): Promise<string[]> {
  const rows = await query(
    `select s.id, s.currency, coalesce(m.quantity, 0) as opening from skus s
     left join movements m on m.sku_id = s.id and m.version = 1 and m.kind = 'received'`,
  );
  const found = new Map(rows.map((row) => [String(row['id']), `${String(row['opening'])} ${String(row['currency'])}`]));
  return differences('SKU', new Map(sales.skus.map((sku) => [sku.id, `${sku.onHand} GBP`])), found);
}

/** Exactly the accepted orders are there, each in the status last answered, with the units that were asked for and returned. */
async function orders(query: Query, answers: Answers): Promise<string[]> {
  const rows = await query(
    `select o.id, o.status, l.sku_id, l.ordered, l.returned from orders o left join order_lines l on l.order_id = o.id
     order by o.id, l.sku_id collate "C"`,
  );
  const found = new Map<string, string>();
  for (const { id, status, sku_id, ordered, returned } of rows) {
    const line = `${String(sku_id)} ${String(ordered)}-${String(returned)}`;
    found.set(String(id), `${found.get(String(id)) ?? String(status)}, ${line}`);
  }
  const cancelled = new Set(answers.cancelled);
  const shipped = new Set(answers.shipped);
  const told = new Map(
    answers.accepted.map((invoice) => {
      const open = paymentOf(invoice) === 'online' ? 'pending' : 'confirmed';
      const status = cancelled.has(invoice) ? 'cancelled' : shipped.has(invoice) ? 'shipped' : open;
      return [invoice.id, [status, ...linesOf(invoice, answers)].join(', ')];
    }),
  );
  return differences('order', told, found);
}

function linesOf(invoice: Invoice, answers: Answers): string[] {
  const back = new Map<string, number>();
  for (const { orderId, lines } of answers.returned) {
    if (orderId !== invoice.id) continue;
    for (const { skuId, quantity } of lines) back.set(skuId, (back.get(skuId) ?? 0) + quantity);
  }
  return Array.from(unitsOf(invoice))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([skuId, quantity]) => `${skuId} ${quantity}-${back.get(skuId) ?? 0}`);
}

/** What a refusal said was available is what the ledger says of that version. */
async function shortages(query: Query, answers: Answers): Promise<string[]> {
  const rows = await query('select sku_id, version, on_hand - reserved as available from movements');
  const available = new Map(
    rows.map((row) => [`${String(row['sku_id'])} ${String(row['version'])}`, Number(row['available'])]),
  );
  return answers.refused.flatMap(({ invoice, shortages: told }) =>
    told.flatMap((shortage) => {
      const found = shortage.version === 0 ? 0 : available.get(`${shortage.skuId} ${shortage.version}`);
      if (found === shortage.available) return [];
      const { skuId, version } = shortage;
      return [
        `order ${invoice.id}: SKU ${skuId} had ${found ?? 'no'} available at version ${version}, told ${shortage.available}`,
      ];
    }),
  );
}

function differences(what: string, told: ReadonlyMap<string, string>, found: ReadonlyMap<string, string>): string[] {
  return [...new Set([...told.keys(), ...found.keys()])]
    .filter((id) => told.get(id) !== found.get(id))
    .map((id) => `${what} ${id}: told ${told.get(id) ?? 'nothing'}, found ${found.get(id) ?? 'nothing'}`);
}
