/**
 * A run: cases one after another against a real service, each answer held against the document, the books and the rows.
 * The service has its database to itself, and one request at a time, so that what was written belongs to what was asked.
 */

import { type Call, callFor, callsOf } from './api.ts';
import { Books } from './books.ts';
import { type Case, caseOf, drafts, type Kind } from './cases.ts';
import { parsedBody, wrongAnswer } from './checks.ts';
import { isReplay, withoutExpiries, wrongWrites } from './expected-writes.ts';
import { type Finding, heardInWords, repeatLine, shellLine, signature, smaller } from './findings.ts';
import { type Hostile, VANISHED } from './hostile.ts';
import { misjudged } from './judge.ts';
import { Shop } from './known.ts';
import { passedOver } from './preconditions.ts';
import { Reached } from './reached.ts';
import type { Request } from './requests.ts';
import { Rows } from './rows.ts';
import { lateBodies } from './slow.ts';
import { Connection, type Heard, Wire, type WireAnswer } from './wire.ts';

export interface RunOptions {
  /** Of the service. */
  readonly url: string;
  readonly databaseUrl: string;
  readonly requests: number;
  readonly seed: number;
  readonly step?: () => void;
  /** Ends the run early, with a report. */
  readonly signal?: AbortSignal;
  /** Whether requests whose body stops coming are among them: they are answered after 15 seconds. */
  readonly slow?: boolean;
}

export interface Report {
  readonly requests: number;
  readonly seconds: number;
  readonly findings: readonly Finding[];
  readonly sent: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<string, number>>;
  readonly problems: Readonly<Record<string, number>>;
  readonly reached: Reached;
}

/** So many are worth reading. */
const FINDINGS_MAX = 25;
const SENT_KEPT = 20;

/** Sends so many requests, or fewer when there is enough to read. Rejects when the service or the database cannot be reached at all. */
export async function run(options: RunOptions): Promise<Report> {
  await using books = await Books.open(options.databaseUrl);
  const calls = callsOf(await (await fetch(`${options.url}/openapi.json`)).json());
  const runner = new Runner(options, calls, books);
  return await runner.run();
}

class Runner {
  readonly #options: RunOptions;
  readonly #calls: readonly Call[];
  readonly #books: Books;
  readonly #wire: Wire;
  readonly #shop = new Shop();
  readonly #rows = new Rows();
  readonly #reached: Reached;
  readonly #findings = new Map<string, Finding>();
  readonly #sent: Record<Kind, number> = { valid: 0, nearly: 0, again: 0, hostile: 0 };
  readonly #statuses: Record<string, number> = {};
  readonly #problems: Record<string, number> = {};
  readonly #lately: { readonly request: Request; readonly answer: WireAnswer }[] = [];
  #nth = 0;

  constructor(options: RunOptions, calls: readonly Call[], books: Books) {
    this.#options = options;
    this.#calls = calls;
    this.#books = books;
    this.#wire = new Wire(options.url);
    this.#reached = new Reached(calls);
  }

  async run(): Promise<Report> {
    const began = performance.now();
    const { url, requests, seed, step, signal, slow = true } = this.#options;
    const late = lateBodies(url, slow ? this.#calls : []);
    for (const draft of drafts(this.#calls, seed)) {
      if (this.#nth === requests || this.#findings.size === FINDINGS_MAX || signal?.aborted === true) break;
      this.#nth++;
      await this.#send(caseOf(draft, this.#shop));
      step?.();
    }
    this.#wire.close();
    for (const { request, heard } of await late) {
      const { faults } = await this.#weigh(request, heard, false);
      this.#note(
        'hostile',
        'a body that stops coming',
        request.call.name,
        faults,
        () => repeatLine(url, request),
        heard,
      );
    }
    for (const law of await this.#books.laws())
      this.#note('valid', 'the laws', 'the database', [law], () => '', 'closed');
    return {
      requests: this.#nth,
      seconds: (performance.now() - began) / 1000,
      findings: [...this.#findings.values()],
      sent: this.#sent,
      statuses: this.#statuses,
      problems: this.#problems,
      reached: this.#reached,
    };
  }

  async #send(one: Case): Promise<void> {
    this.#sent[one.kind]++;
    switch (one.kind) {
      case 'hostile':
        return await this.#sendBytes(one.hostile);
      case 'again':
        return await this.#sendAgain(one.before);
      default:
        return await this.#sendRequest(one.kind, one.what, one.request);
    }
  }

  async #sendRequest(kind: Kind, what: string, request: Request): Promise<void> {
    const heard = await this.#wire.ask(request);
    const { faults, call } = await this.#weigh(request, heard, true);
    if (faults.length === 0) return;
    const name = call?.name ?? request.call.name;
    const least = this.#findings.has(signature(name, faults))
      ? request
      : await this.#reduced(request, signature(name, faults));
    this.#note(kind, what, name, faults, () => repeatLine(this.#options.url, least), heard);
  }

  /** Drops what is not needed for the same faults. What it sends is weighed as everything else, and counted nowhere. */
  async #reduced(request: Request, sought: string): Promise<Request> {
    for (const candidate of smaller(request)) {
      const { faults, call } = await this.#weigh(candidate, await this.#wire.ask(candidate), false);
      if (signature(call?.name ?? candidate.call.name, faults) === sought)
        return await this.#reduced(candidate, sought);
    }
    return request;
  }

  /** The same request again: what was answered under a key, or for an order's own id, is answered again. */
  async #sendAgain(before: number): Promise<void> {
    const earlier = this.#lately.at(-before);
    if (earlier === undefined) return;
    const { request, answer } = earlier;
    const heard = await this.#wire.ask(request);
    const { faults, call } = await this.#weigh(request, heard, true);
    // A POST that only reads looks at none.
    const takesKey = call?.method === 'POST' && call.headers.some(({ name }) => name === 'idempotency-key');
    const keyed = takesKey && request.headers.some(([name]) => name === 'idempotency-key');
    if (typeof heard === 'object' && 'status' in heard && keyed && answer.status < 300) {
      if (!isReplay(heard)) faults.push('asked again under its key, and answered anew');
      if (!heard.body.equals(answer.body))
        faults.push(`asked again under its key, and answered otherwise than ${String(answer.body)}`);
    }
    this.#note(
      'again',
      'the same again',
      request.call.name,
      faults,
      () => repeatLine(this.#options.url, request),
      heard,
    );
  }

  async #sendBytes({ name, bytes, ends, allowed }: Hostile): Promise<void> {
    const { url } = this.#options;
    const connection = await Connection.open(url);
    connection.write(bytes);
    if (ends) connection.end();
    const method = bytes.subarray(0, 5).toString('latin1') === 'HEAD ' ? 'HEAD' : 'GET';
    const most = Math.max(...allowed.map(({ length }) => length));
    const heard: Heard[] = [];
    // One more than allowed: an answer too many is a request that was smuggled in. A connection that stays open is not waited for.
    while (heard.length <= most && !heard.includes('closed') && !heard.includes('hung')) {
      heard.push(await connection.next(method, heard.length === most ? 20 : undefined));
    }
    connection.close();
    const said = heard.map((answer) =>
      typeof answer === 'string' ? answer : 'status' in answer ? answer.status : 'garbled',
    );
    const fits = allowed.some(
      (right) =>
        right.every((status, at) => said[at] === status) &&
        ['closed', 'hung', undefined].includes(said[right.length] as string),
    );
    const faults = fits
      ? []
      : [`answered ${said.join(', ')}; right is ${allowed.map((right) => right.join(', ')).join(' or ')}`];
    for (const answer of heard) {
      if (typeof answer === 'string' || !('status' in answer)) continue;
      this.#count(answer.status);
      if (answer.status >= 400)
        faults.push(
          ...wrongAnswer(null, method, '', answer).filter((fault) => !/instance|no call of the document/.test(fault)),
        );
    }
    // What was decided for a client that did not stay is durable before anyone reads of it.
    if (ends) await this.#askFor(`/skus/${VANISHED}`);
    const writes = await this.#books.harvest();
    this.#rows.follow(writes);
    const changed = writes.some(({ table, op }) => table === 'skus' && op === 'INSERT');
    if (changed && !said.includes(201) && name !== 'a client that is gone') faults.push('it wrote a SKU');
    this.#note('hostile', name, 'hostile bytes', faults, () => shellLine(url, bytes), heard[0] ?? 'closed');
  }

  async #askFor(target: string): Promise<void> {
    const [call] = this.#calls;
    if (call !== undefined) await this.#wire.ask({ call, method: 'GET', target, headers: [], body: null });
  }

  /** Everything that is checked of an answer to a request. */
  async #weigh(request: Request, heard: Heard, counts: boolean): Promise<{ faults: string[]; call: Call | null }> {
    const call = callFor(this.#calls, request);
    const writes = await this.#books.harvest();
    if (typeof heard === 'string' || 'garbled' in heard) {
      this.#rows.follow(writes);
      return { faults: [heardInWords(heard)], call };
    }
    const body = parsedBody(heard)?.json;
    const faults = wrongAnswer(call, request.method, request.target, heard);
    if (call !== null && call === request.call && request.method === call.method) {
      faults.push(...misjudged(request, heard.status, body), ...wrongWrites(request, heard, body, writes, this.#rows));
      faults.push(...passedOver(request, heard));
    } else if (
      heard.status >= 400 &&
      withoutExpiries(writes).some(({ table }) => table === 'movements') &&
      call === null
    ) {
      faults.push(`${heard.status} was answered, and something was written`);
    }
    this.#rows.follow(writes);
    if (heard.status < 300 && !isReplay(heard)) faults.push(...this.#rows.contradictions(body));
    if (heard.status < 300) this.#shop.learn(body);
    const key = request.headers.find(([name]) => name === 'idempotency-key')?.[1];
    if (key !== undefined && heard.status < 300) this.#shop.learnKey(key);
    if (counts) {
      this.#count(heard.status);
      this.#lately.push({ request, answer: heard });
      if (this.#lately.length > SENT_KEPT) this.#lately.shift();
    }
    const code = heard.status < 400 ? '' : String((body as { code?: unknown } | null | undefined)?.code ?? '');
    if (code !== '') this.#problems[code] = (this.#problems[code] ?? 0) + 1;
    if (call !== null && request.method === call.method) this.#reached.note(call, heard.status, code);
    return { faults, call };
  }

  #count(status: number): void {
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
  }

  #note(kind: Kind, what: string, call: string, faults: readonly string[], repeat: () => string, heard: Heard): void {
    const sign = signature(call, faults);
    if (faults.length === 0 || this.#findings.has(sign)) return;
    this.#findings.set(sign, {
      nth: this.#nth,
      kind,
      what: `${call}, ${what}`,
      faults,
      repeat: repeat(),
      heard: heardInWords(heard),
    });
  }
}
