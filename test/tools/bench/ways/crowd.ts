/** A crowd of shoppers at a way: all of a burst ask at once, and what they were told is kept as a load keeps it. */
import { orderIn, orderRequest, type Reply, ShopClient } from '../../../support/shop-client.ts';
import type { LoadResult } from '../way.ts';

/** What a load would tell that has asked for nothing. */
export const NOTHING_TOLD: LoadResult = {
  answered: 0,
  lines: 0,
  seconds: 0,
  p50Ms: 0,
  p99Ms: 0,
  p999Ms: 0,
  answers: {},
  placed: { orders: 0, units: 0 },
  cancelled: { orders: 0, units: 0 },
  faults: [],
  loadCpuSeconds: 0,
};

export class Crowd implements AsyncDisposable {
  readonly #client: ShopClient;
  #answers: Record<string, number> = {};
  #placed = { orders: 0, units: 0 };
  #cancelled = { orders: 0, units: 0 };
  /** Units of the orders that stand, by id. */
  readonly #standing = new Map<string, number>();

  constructor(url: string, shoppers: number) {
    this.#client = new ShopClient(url, 2 * shoppers);
  }

  /** What a load would have told of all this. */
  get told(): LoadResult {
    return { ...NOTHING_TOLD, answers: this.#answers, placed: this.#placed, cancelled: this.#cancelled };
  }

  standing(): string[] {
    return [...this.#standing.keys()];
  }

  forget(): void {
    this.#answers = {};
    this.#placed = { orders: 0, units: 0 };
    this.#cancelled = { orders: 0, units: 0 };
    this.#standing.clear();
  }

  /** Places that many orders at once. */
  async place(orders: number, lines: Readonly<Record<string, number>>): Promise<Reply[]> {
    const request = orderRequest(null, lines, { payment: 'cash_on_delivery' });
    const replies = await Promise.all(Array.from({ length: orders }, () => this.#client.ask(request)));
    for (const reply of replies) {
      this.#count('place', reply);
      if (reply.status !== 201) continue;
      const { id, totalCount } = orderIn(reply);
      this.#placed.orders++;
      this.#placed.units += totalCount;
      this.#standing.set(id, totalCount);
    }
    return replies;
  }

  /** Cancels each order twice, all at once; the replies of one order stand next to each other. */
  async cancelTwice(orderIds: readonly string[]): Promise<Reply[]> {
    const twice = orderIds.flatMap((id) => [id, id]);
    const replies = await Promise.all(twice.map((id) => this.#client.post(`/orders/${id}/cancel`)));
    replies.forEach((reply, i) => {
      this.#count('cancel', reply);
      const id = twice[i] ?? '';
      const units = this.#standing.get(id);
      if (reply.status !== 200 || units === undefined) return;
      this.#standing.delete(id);
      this.#cancelled.orders++;
      this.#cancelled.units += units;
    });
    return replies;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  #count(call: string, { status }: Reply): void {
    const name = `${call} ${status}`;
    this.#answers[name] = (this.#answers[name] ?? 0) + 1;
  }
}
