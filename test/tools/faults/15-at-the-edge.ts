/** Cancel against expiry against confirm: in every order that a scheduler can think of, and for real about the moment at which orders expire. One wins, and everybody is told so. */
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf, orderIn, orderRequest, type Reply } from '../../support/shop-client.ts';
import type { SqlSession } from '../../support/sql.ts';
import { until } from '../../support/until.ts';
import { wrongExpiries } from './early-expiry.ts';
import type { Fault, Trial } from './fault.ts';
import { oneWinner } from './one-winner.ts';

/** Orders of a round, all of which expire at about the same time. */
const ORDERS = 150;
/** Confirmed in time (and cancelled later, or not), cancelled first, or too late for either. */
const ENDINGS = [
  'confirmed, confirmed',
  'confirmed, requested',
  'order_cancelled, requested',
  'order_expired, expired',
];
const SCHEDULED_ENDINGS = ['confirmed', 'requested', 'expired', 'shipped', 'pending'];

export const fault: Fault = {
  row: 15,
  title: 'cancel against expiry against confirm',
  obstacle: async () => null,
  async run(trial) {
    const runs = trial.size === 'long' ? 20_000 : 500;
    const scheduled = await oneWinner(runs);
    trial.check(['I4', 'I7'], scheduled.violations);
    for (const ending of SCHEDULED_ENDINGS) {
      trial.demand('I4', scheduled.endings.has(ending), `no order of ${runs} runs ended ${ending}`);
    }
    trial.progress(`${runs} interleavings`);

    const ground = await trial.ground();
    const sql = await ground.sql();
    const service = await ground.service();
    const client = ground.client(service.url, 200);
    const rounds = trial.rounds(1, 20);
    await client.stock(ORDERS * rounds, 'a');
    const seen = new Set<string>();
    for (let round = 0; round < rounds; round++) {
      const ask = async (id: string, verb: string, at: number) => {
        await pause(Math.max(0, at - Date.now()));
        return client.post(`/orders/${id}/${verb}`);
      };
      const races = await Promise.all(
        Array.from({ length: ORDERS }, async (_, i) => {
          const id = `o-${round}-${i}`;
          const placed = await client.ask(orderRequest(id, { a: 1 }, { expiresInSeconds: 2 }));
          const expiresAt = Date.parse(orderIn(placed).expiresAt ?? '');
          const [confirmed, cancelled] = await Promise.all([
            ask(id, 'confirm', expiresAt + offset(i * 7)),
            i % 3 === 0 ? null : ask(id, 'cancel', expiresAt + offset(i * 11)),
          ]);
          return { id, confirmed, cancelled };
        }),
      );
      await until(async () => {
        const pending = await sql.value<number>(`select count(*)::int from orders where status = 'pending'`);
        if (pending > 0) throw new Error(`${pending} orders past their time are pending`);
      });
      for (const race of races) {
        const read = await client.get(`/orders/${race.id}`);
        seen.add(checkRace(trial, race, read));
      }
      await checkStock(trial, sql, (await client.sku('a')).reserved);
      trial.progress(`round ${round + 1} of ${rounds}, at the edge`);
    }
    for (const ending of ENDINGS) trial.demand('I4', seen.has(ending), `no order ended ${ending}`);
    trial.check(['I1', 'I4'], await wrongExpiries(sql));
    await ground.audit();
  },
};

/** From well before to well behind, most of them close to it. Milliseconds. */
const offset = (n: number): number => Math.round(((n % 31) - 15) ** 3 / 15);

/** What the confirmation was told and how the order stands now. */
function checkRace(
  trial: Trial,
  { id, confirmed, cancelled }: { readonly id: string; readonly confirmed: Reply; readonly cancelled: Reply | null },
  read: Reply,
): string {
  const order = orderIn(read);
  const ending = `${confirmed.status === 200 ? 'confirmed' : codeOf(confirmed)}, ${order.cancelReason ?? order.status}`;
  trial.demand('I4', ENDINGS.includes(ending), `${id}: ${ending}`);
  if (cancelled !== null) {
    trial.demand('I4', cancelled.text === read.text, `${id} was cancelled as ${cancelled.text} and is ${read.text}`);
  }
  return ending;
}

async function checkStock(trial: Trial, sql: SqlSession, reserved: number): Promise<void> {
  const standing = await sql.value<number>(`select count(*)::int from orders where status = 'confirmed'`);
  trial.demand(['I1', 'I6'], reserved === standing, `${reserved} reserved, ${standing} orders stand`);
}
