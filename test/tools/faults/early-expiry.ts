/** What is wrong with expiries: an order given back before its time, more than once, or not at all. Asked of the ledger. */
import type { SqlSession } from '../../support/sql.ts';

/** Lines of the ledger that give an expired order's stock back before the order's time, by the service's own clock; orders that were not given back once. */
export async function wrongExpiries(sql: SqlSession): Promise<string[]> {
  const rows = await sql.query<{ wrong: string }>(
    `select format('order %s expires at %s and is given back at %s', o.id, o.expires_at, m.at) as wrong
       from orders o join movements m on m.order_id = o.id and m.kind = 'released'
       where o.cancel_reason = 'expired' and m.at < o.expires_at
     union all
     select format('order %s has expired and is given back %s times', o.id, count(m.*))
       from orders o left join movements m on m.order_id = o.id and m.kind = 'released'
       where o.cancel_reason = 'expired' group by o.id
       having count(m.*) <> (select count(*) from order_lines l where l.order_id = o.id)`,
  );
  return rows.map(({ wrong }) => wrong);
}
