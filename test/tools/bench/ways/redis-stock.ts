/** The SKUs of the way on Redis: made in bulk, and looked at when a load is over. */
import { createClient } from '@redis/client';
import type { Checked, LoadResult, StockedSku } from '../way.ts';

/** A SKU's counters, and its ledger from the second line on: the first is its opening stock. */
interface Seen {
  readonly counters: Readonly<Record<string, number>>;
  readonly ledger: readonly Movement[];
}

interface Movement {
  readonly version: number;
  readonly kind: string;
  readonly quantity: number;
  readonly reserved: number;
  readonly sales: number;
  readonly orderId: string;
}

/** A session to look into it; the way itself has its own. */
export async function redisStock(url: string) {
  const client = createClient({ url });
  await client.connect();
  const skuIds: string[] = [];

  async function see(id: string): Promise<Seen> {
    const [hash, lines] = await Promise.all([client.hGetAll(`sku:${id}`), client.lRange(`movements:${id}`, 1, -1)]);
    const counters = Object.fromEntries(Object.entries(hash).map(([field, value]) => [field, Number(value)]));
    return { counters, ledger: lines.map(movementOf) };
  }

  return {
    async createSkus(skus: readonly StockedSku[]): Promise<void> {
      for (const { id } of skus) skuIds.push(id);
      await Promise.all(
        skus.flatMap(({ id, onHand }) => [
          client.hSet(`sku:${id}`, { on_hand: onHand, reserved: 0, sales: 0, version: 1 }),
          client.rPush(`movements:${id}`, `1 received ${onHand} 0 0`),
        ]),
      );
    },
    async check(prefix: string, { placed, cancelled }: LoadResult): Promise<Checked> {
      const seen = await Promise.all(skuIds.filter((id) => id.startsWith(prefix)).map(see));
      const orderIds = new Set(seen.flatMap(({ ledger }) => ledger.map(({ orderId }) => orderId)));
      const statuses = await Promise.all([...orderIds].map((id) => client.hGet(`order:${id}`, 'status')));
      const ordersThat = (status: string) => statuses.filter((other) => other === status).length;
      const unitsThat = (kind: string) =>
        sum(seen.flatMap(({ ledger }) => ledger.filter((line) => line.kind === kind)));
      const standing = placed.units - cancelled.units;
      const total = (counter: string) => seen.reduce((before, { counters }) => before + (counters[counter] ?? 0), 0);
      const oversold = seen.reduce(
        (over, { counters: { reserved = 0, on_hand = 0 } }) => over + Math.max(0, reserved - on_hand),
        0,
      );
      const figures = {
        reserved: [total('reserved'), standing],
        sales: [total('sales'), standing],
        'units reserved by the ledger': [unitsThat('reserved'), placed.units],
        'units released by the ledger': [unitsThat('released'), cancelled.units],
        'standing orders': [ordersThat('confirmed'), placed.orders - cancelled.orders],
        'cancelled orders': [ordersThat('cancelled'), cancelled.orders],
        'SKUs whose ledger does not lead to their counters': [seen.filter((sku) => !addsUp(sku)).length, 0],
        oversold: [oversold, 0],
      };
      const faults = Object.entries(figures).flatMap(([figure, [is, value]]) =>
        is === value ? [] : [`redis, ${prefix}: ${figure} is ${is}, and should be ${value} by what was answered`],
      );
      return { faults, oversold, restoredTwice: 0, lostUpdates: 0 };
    },
    close: () => client.close(),
  };
}

function movementOf(line: string): Movement {
  const [version, kind = '', quantity, reserved, sales, orderId = ''] = line.split(' ');
  return {
    version: Number(version),
    kind,
    quantity: Number(quantity),
    reserved: Number(reserved),
    sales: Number(sales),
    orderId,
  };
}

const sum = (ledger: readonly Movement[]): number => ledger.reduce((before, { quantity }) => before + quantity, 0);

/** Whether versions follow each other without a gap, each line says the counters after it, and the last those of the SKU. */
function addsUp({ counters, ledger }: Seen): boolean {
  let reserved = 0;
  const follow = ledger.every((line, i) => {
    reserved += line.kind === 'reserved' ? line.quantity : -line.quantity;
    return line.version === i + 2 && line.reserved === reserved && line.sales === reserved;
  });
  const { version, reserved: last, sales } = counters;
  return follow && version === ledger.length + 1 && last === reserved && sales === reserved;
}
