/**
 * Clients under load that remember every answer: shoppers that place, confirm, cancel and ship orders of their own, and
 * receive goods. Each asks one thing after another, so the state of its order is known, except after a last question
 * that was not answered. Afterwards `faults` asks the service whether everything acknowledged still holds, and what
 * became of the rest.
 */
import { codeOf, orderIn, orderRequest, type Reply, type Request, type ShopClient } from './shop-client.ts';

type Kind = 'place' | 'confirm' | 'cancel' | 'ship' | 'receive';

/**
 * One question. `reply` is null while there is no certain answer: the connection broke, or the answer was "unknown".
 */
interface Question {
  readonly kind: Kind;
  /** The id of the order, or the idempotency key of the goods received. */
  readonly id: string;
  readonly request: Request;
  reply: Reply | null;
}

export interface ShoppersOptions {
  /** The beginning of all their ids. */
  readonly name: string;
  readonly skus: readonly string[];
  /** A question without an answer is asked again until it has one. Otherwise the shopper stops. */
  readonly persistent?: boolean;
  /** Time that they have to pay, seconds; the service's default if absent. */
  readonly expiresInSeconds?: number;
}

/** A persistent shopper gives up after this many tries, 50 milliseconds apart. */
const TRIES_MAX = 400;

export class Shoppers {
  readonly #options: ShoppersOptions;
  readonly #questions: Question[] = [];
  /** Statuses and codes that no client may get. */
  readonly #unexpected: string[] = [];
  /** Codes of the 503s that were answered. */
  readonly refusedWith = new Set<string>();
  /**
   * Placements and receipts that were not answered: how many turned out to have happened, and how many not. Known once
   * `faults` has asked.
   */
  readonly cutOff = { done: 0, undone: 0 };
  #orders = 0;
  #answered = 0;
  #askedAgain = 0;
  readonly #waiting: { readonly at: number; readonly resolve: () => void }[] = [];
  #open = true;

  constructor(options: ShoppersOptions) {
    this.#options = options;
  }

  /**
   * Sends them shopping until `goHome`, or until the service no longer answers. Resolves when the last one has stopped.
   */
  async shop(client: ShopClient, shoppers: number): Promise<void> {
    await Promise.all(Array.from({ length: shoppers }, () => this.#shop(client)));
  }

  /** Resolves when `more` further questions have been answered. */
  answers(more: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ at: this.#answered + more, resolve }));
  }

  goHome(): void {
    this.#open = false;
  }

  get answered(): number {
    return this.#answered;
  }

  get unanswered(): number {
    return this.#questions.filter((question) => question.reply === null).length;
  }

  /** Questions that a persistent shopper had to ask more than once. */
  get askedAgain(): number {
    return this.#askedAgain;
  }

  /** Ids of the orders that were acknowledged, and keys of the goods. */
  acknowledged(kind: 'place' | 'receive'): string[] {
    return this.#questions.flatMap((q) => (q.kind === kind && isSuccess(q.reply) ? [q.id] : []));
  }

  async #shop(client: ShopClient): Promise<void> {
    while (this.#open) {
      const n = this.#orders++;
      const id = `${this.#options.name}-${n}`;
      if (n % 5 === 0) {
        const goods = { quantity: 1 + (n % 3), reference: `${id}-goods` };
        const path = `/skus/${this.#sku(n)}/receive`;
        const headers = { 'idempotency-key': goods.reference };
        if (
          (await this.#ask(client, 'receive', goods.reference, { method: 'POST', path, body: goods, headers })) === null
        )
          return;
      }
      const cash = n % 3 === 0;
      const lines = { [this.#sku(n)]: 1, [this.#sku(n * 7 + 1)]: 1 + (n % 2) };
      const { expiresInSeconds } = this.#options;
      const more = cash ? { payment: 'cash_on_delivery' } : { expiresInSeconds };
      const placed = await this.#ask(client, 'place', id, orderRequest(id, lines, more));
      if (placed === null) return;
      if (placed.status === 409) continue;
      const course: readonly Kind[] = (
        [[], ['cancel'], ['confirm'], ['confirm', 'ship'], ['confirm', 'cancel']] as const
      )[n % 5] as readonly Kind[];
      for (const kind of course) {
        if ((await this.#ask(client, kind, id, { method: 'POST', path: `/orders/${id}/${kind}` })) === null) return;
      }
    }
  }

  #sku(n: number): string {
    const { skus } = this.#options;
    return skus[n % skus.length] as string;
  }

  /** Null when there is no answer to continue from. */
  async #ask(client: ShopClient, kind: Kind, id: string, request: Request): Promise<Reply | null> {
    const question: Question = { kind, id, request, reply: null };
    this.#questions.push(question);
    for (let tries = 1; ; tries++) {
      const reply = await this.#try(client, question);
      if (reply !== null || !this.#options.persistent || tries === TRIES_MAX) return reply;
      this.#askedAgain++;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #try(client: ShopClient, question: Question): Promise<Reply | null> {
    let reply: Reply;
    try {
      reply = await client.ask(question.request);
    } catch {
      return null;
    }
    if (reply.status === 503) {
      this.refusedWith.add(codeOf(reply));
      return null;
    }
    const expected = isSuccess(reply) || (question.kind === 'place' && codeOf(reply) === 'insufficient_stock');
    if (!expected) this.#unexpected.push(`${question.kind} ${question.id}: ${reply.status} ${reply.text}`);
    question.reply = reply;
    this.#answered++;
    for (const waiting of this.#waiting) if (this.#answered >= waiting.at) waiting.resolve();
    return reply;
  }

  /**
   * What does not hold although it was acknowledged, in words; none when all is well. Then asks each unanswered
   * question twice more and expects the same answer both times. With `unanswered: 'undone'`, nothing that was not
   * answered may have happened.
   */
  async faults(client: ShopClient, unanswered: 'unknown' | 'undone' = 'unknown'): Promise<string[]> {
    const faults = [...this.#unexpected];
    const byOrder = Map.groupBy(
      this.#questions.filter((q) => q.kind !== 'receive'),
      (q) => q.id,
    );
    const asked = [
      ...Array.from(byOrder.values(), (questions) => () => this.#checkOrder(client, questions, unanswered)),
      ...this.#questions.filter((q) => q.kind === 'receive').map((q) => () => this.#checkRepeat(client, q, unanswered)),
    ].values();
    const worker = async () => {
      for (const check of asked) faults.push(...(await check()));
    };
    await Promise.all(Array.from({ length: 32 }, worker));
    return faults;
  }

  /**
   * Checks the status of the order after its acknowledged questions, and what the unanswered one may have made of it.
   */
  async #checkOrder(
    client: ShopClient,
    questions: readonly Question[],
    unanswered: 'unknown' | 'undone',
  ): Promise<string[]> {
    const [place] = questions;
    const last = questions.at(-1);
    if (place === undefined || last === undefined) return [];
    const { payment } = place.request.body as { payment?: string };
    let known = 'none';
    let possible = 'none';
    for (const { kind, reply } of questions) {
      if (reply !== null && !isSuccess(reply)) continue;
      possible =
        kind === 'place' ? (payment === 'cash_on_delivery' ? 'confirmed' : 'pending') : STATUS_AFTER[kind as 'ship'];
      if (reply !== null) known = possible;
    }
    const read = await client.get(`/orders/${place.id}`);
    const found = read.status === 404 ? 'none' : read.status === 200 ? orderIn(read).status : read.text;
    const faults: string[] = [];
    const allowed = unanswered === 'undone' ? [known] : [known, possible];
    if (!allowed.includes(found))
      faults.push(`order ${place.id} is ${found}, and was acknowledged to be ${allowed.join(' or ')}`);
    // Of the acknowledged questions, the placement can be asked again at any time, and otherwise only the last one.
    const again = questions.filter((q) => q === place || q === last);
    for (const question of again) faults.push(...(await this.#checkRepeat(client, question, unanswered)));
    return faults;
  }

  /**
   * Asks the same again. What was acknowledged is answered in the same words. What was not is done now, once, and is
   * then also answered in the same words.
   */
  async #checkRepeat(client: ShopClient, question: Question, unanswered: 'unknown' | 'undone'): Promise<string[]> {
    const { kind, id, request } = question;
    if (question.reply !== null && !isSuccess(question.reply)) return [];
    const faults: string[] = [];
    const first = question.reply ?? (await client.ask(request));
    if (question.reply === null && (kind === 'place' || kind === 'receive')) {
      this.cutOff[first.replayed ? 'done' : 'undone']++;
    }
    if (question.reply === null && unanswered === 'undone' && first.replayed) {
      faults.push(`${kind} ${id} was not answered, and has happened`);
    }
    if (!isSuccess(first)) {
      const refused = kind === 'place' && codeOf(first) === 'insufficient_stock';
      return refused ? faults : [...faults, `${kind} ${id} asked again: ${first.status} ${first.text}`];
    }
    // From here on it is acknowledged.
    question.reply = first;
    const again = await client.ask(request);
    if (again.status !== 200 || again.text !== first.text) {
      faults.push(`${kind} ${id} was answered ${first.text}, asked again ${again.status} ${again.text}`);
    }
    if ((kind === 'place' || kind === 'receive') && !again.replayed)
      faults.push(`${kind} ${id} asked again is not told as a repeat`);
    return faults;
  }
}

const isSuccess = (reply: Reply | null): boolean => reply !== null && reply.status < 300;

const STATUS_AFTER = { confirm: 'confirmed', cancel: 'cancelled', ship: 'shipped' } as const;
