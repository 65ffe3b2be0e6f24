/** Orders that the database will never take, for they break a CHECK, among others that it takes: they alone are answered "unknown", and placed by asking again once the CHECK is gone. */
import { codeOf, orderRequest, type Reply } from '../../support/shop-client.ts';
import type { Fault } from './fault.ts';
import { openShopping, SKUS } from './shopping.ts';

const AT_ONCE = 3;

export const fault: Fault = {
  row: 10,
  title: 'poison entry',
  obstacle: async () => null,
  async run(trial) {
    const ground = await trial.ground();
    const sql = await ground.sql();
    await sql.query(`alter table orders add constraint no_poison check (customer_id is distinct from 'poison')`);
    const shopping = await openShopping(trial, ground);
    const { client, service } = shopping;
    const place = (n: number): Promise<Reply> =>
      client.ask(orderRequest(`poison-${n}`, { [SKUS[n % 4] as string]: 1 }, { customerId: 'poison' }));

    let poisoned = 0;
    const poison = async (count: number) => {
      const replies = await Promise.all(Array.from({ length: count }, (_, i) => place(poisoned + i)));
      poisoned += count;
      const wrong = replies.filter((reply) => codeOf(reply) !== 'unknown_outcome');
      trial.check(
        'I7',
        wrong.map((reply) => `a poisoned order was answered ${reply.status} ${reply.text}`),
      );
    };
    // One at a time: it alone fails, and nobody else is told anything but the answer.
    for (let rounds = trial.rounds(6, 100); rounds > 0; rounds--) {
      await poison(1);
      await shopping.shoppers.answers(100);
    }
    trial.progress(`${poisoned} poisoned orders one at a time: ${shopping.shoppers.answered} answered`);
    // Several at once and no pause: others stand behind one after another of them.
    for (let rounds = trial.rounds(2, 50); rounds > 0; rounds--) await poison(AT_ONCE);
    await shopping.recovery();
    const told = [...shopping.shoppers.refusedWith];
    trial.demand('I7', told.length === 0, `others were answered 503 ${told.join(', ')}`);
    const among = /"result":"refused","entries":(?!1,)\d+/.test(service.logs());
    trial.demand('I7', among, 'no poisoned order was in a batch with others');
    const there = await sql.value(`select count(*)::int from orders where customer_id = 'poison'`);
    trial.demand('I7', there === 0, `${there} poisoned orders are in the database`);

    await sql.query('alter table orders drop constraint no_poison');
    const again = await Promise.all(Array.from({ length: poisoned }, (_, n) => place(n)));
    const refused = again.filter((reply) => reply.status !== 201 || reply.replayed);
    trial.check(
      'I7',
      refused.map((reply) => `a healed order was answered ${reply.status} ${reply.text}`),
    );
    trial.note(`${poisoned} poisoned orders, one at a time, and then ${AT_ONCE} at once`);
    await shopping.close([]);
  },
};
