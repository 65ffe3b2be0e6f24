/** Answers that show SKUs, and refusals that name a version of one, against the ledgers. */
import type { MovementBody, SkuBody } from '../../../src/api/skus/body.ts';
import { available, type Movement } from '../../../src/shop/skus/sku.ts';
import type { Act, Facts, MovementPage, PageOf } from './act.ts';
import type { Notes } from './notes.ts';
import { SETTINGS, type SkuRecord, say } from './sku-record.ts';

export interface ProductAnswer {
  readonly sales: number;
  readonly skus: readonly SkuBody[];
  readonly next: PageOf<SkuBody>['next'];
}

export class SkuAnswers {
  readonly #skus: ReadonlyMap<string, SkuRecord>;
  readonly #notes: Notes;

  constructor(skus: ReadonlyMap<string, SkuRecord>, notes: Notes) {
    this.#skus = skus;
    this.#notes = notes;
  }

  /** One SKU, read or written. */
  one(act: Act, body: SkuBody): void {
    this.#sku(act, body);
    this.#asAsked(act, body);
    if (act.operation.reply?.replayed === false) this.#notes.seeSku(act, body.id, body.version);
  }

  /** A SKU as answered, against the ledger at its version. */
  #sku(act: Act, body: SkuBody): void {
    const fault = (text: string) => this.#notes.fault(act, `SKU ${body.id}`, text);
    const record = this.#skus.get(body.id);
    if (record === undefined || record.row === null) return fault('is not in the record');
    const { version } = body;
    const counters = record.at(version);
    if (counters === null) return fault(`shows version ${version}, the last one is ${record.version}`);
    if (say(counters) !== say(body))
      fault(`shows version ${version} as ${say(body)}, the ledger has ${say(counters)} (onHand/reserved/sales)`);
    const free = available(body);
    if (body.available !== free)
      fault(`shows ${body.available} available at version ${version}, by its counters it is ${free}`);
    record.learn(version, body);
    const settings = record.settingsAt(version);
    for (const field of SETTINGS) {
      const should = settings?.[field];
      if (should !== undefined && should !== body[field]) {
        fault(`shows ${field} ${JSON.stringify(body[field])} at version ${version}, it was ${JSON.stringify(should)}`);
      }
    }
    const { createdAt, currency } = record.row;
    const updatedAt = version === 0 ? createdAt : (record.movements[version - 1]?.at ?? createdAt);
    if (body.currency !== currency) fault(`shows currency ${body.currency}, it is ${currency}`);
    if (Date.parse(body.createdAt) !== createdAt || Date.parse(body.updatedAt) !== updatedAt) {
      fault(`shows version ${version} of ${body.updatedAt}, the ledger has ${new Date(updatedAt).toISOString()}`);
    }
    const { etag } = act.operation.reply ?? { etag: null };
    if (etag !== null && etag !== `"${version}"`) fault(`has the ETag ${etag} at version ${version}`);
  }

  /** Whether the answer to a write shows what it asked for. */
  #asAsked(act: Act, body: SkuBody): void {
    const { asked } = act;
    const fault = (text: string) => this.#notes.fault(act, `SKU ${body.id}`, text);
    if ('skuId' in asked && asked.skuId !== body.id) fault(`was asked about SKU ${asked.skuId}`);
    const wanted = asked.kind === 'create' ? asked.sku : asked.kind === 'change' ? asked.changes : {};
    for (const [field, value] of Object.entries(wanted)) {
      const shown = body[field as keyof SkuBody];
      if (shown !== value) fault(`shows ${field} ${JSON.stringify(shown)} and was asked for ${JSON.stringify(value)}`);
    }
    if (asked.kind === 'adjust' && asked.onHand !== null && asked.onHand !== body.onHand) {
      fault(`has ${body.onHand} on hand and was asked for ${asked.onHand}`);
    }
  }

  page(act: Act, items: readonly SkuBody[]): void {
    for (const body of items) {
      this.#sku(act, body);
      this.#notes.seeSku(act, body.id, body.version);
    }
    this.#notes.moment(
      act,
      items.map(({ id, version }) => ({ skuId: id, version })),
    );
  }

  product(act: Act, whole: boolean, body: ProductAnswer): void {
    this.page(act, body.skus);
    const sum = body.skus.reduce((sales, sku) => sales + sku.sales, 0);
    if (whole && body.next === null && sum !== body.sales) {
      this.#notes.fault(act, 'a product', `has sales ${body.sales}, those of its SKUs sum up to ${sum}`);
    }
  }

  movements(act: Act, skuId: string, after: number, { items, next }: MovementPage): void {
    const record = this.#skus.get(skuId);
    for (const [i, shown] of items.entries()) {
      const movement = record?.movements[after + i];
      if (movement === undefined || !isShown(movement, shown)) {
        this.#notes.fault(
          act,
          `SKU ${skuId}`,
          `shows movement ${JSON.stringify(shown)} where the ledger has ${JSON.stringify(movement)}`,
        );
        return;
      }
    }
    const last = items.at(-1);
    if (last !== undefined && next === null) this.#notes.seeSku(act, skuId, last.version);
  }

  /** 304: the SKU is at the version of the tag. */
  unchanged(act: Act): void {
    const { asked, operation } = act;
    const version = Number((operation.reply?.etag ?? '').slice(1, -1));
    if (asked.kind === 'read_sku') this.#notes.seeSku(act, asked.skuId, version);
  }

  /** It must have been too little, by the state of the version that it names. */
  shortage(act: Act, { skuId, version, ...shortage }: NonNullable<Facts['shortages']>[number]): void {
    const { requested } = shortage;
    const record = this.#skus.get(skuId);
    const counters = record?.at(version) ?? null;
    const fault = (text: string) => this.#notes.fault(act, `SKU ${skuId}`, text);
    if (record === undefined || counters === null)
      return fault(`was short at version ${version}, which is not in the ledger`);
    const settings = record.settingsAt(version);
    const had =
      shortage.onHand === undefined && settings !== null ? available({ ...settings, ...counters }) : counters.onHand;
    const said = shortage.onHand ?? shortage.available ?? Number.NaN;
    const isKnown = shortage.onHand !== undefined || settings !== null;
    if (requested <= said) fault(`was short of ${requested} with ${said} at version ${version}`);
    if (isKnown && had !== said) fault(`was short with ${said} at version ${version}, the ledger has ${had}`);
    const { asked } = act;
    const wanted = asked.kind === 'place' ? asked.lines.find((line) => line.skuId === skuId)?.quantity : requested;
    if (wanted !== requested) fault(`was short of ${requested}, and was asked for ${wanted}`);
    this.#notes.seeSku(act, skuId, version);
  }

  stale(act: Act, facts: Facts, isFresh: boolean): void {
    const { skuId = '', version = 0, expected, onHand, reserved, requested = 0, lowest = 0 } = facts;
    const counters = this.#skus.get(skuId)?.at(version) ?? null;
    const fault = (text: string) => this.#notes.fault(act, `SKU ${skuId}`, text);
    if (counters === null) return fault(`was refused at version ${version}, which is not in the ledger`);
    if (expected === version) fault(`was stale at version ${version}, which was expected`);
    if (facts.code === 'below_reserved') {
      const isTrue = onHand === counters.onHand && reserved === counters.reserved && requested < lowest;
      if (!isTrue)
        fault(
          `would be ${requested} on hand, ${lowest} the lowest, with ${onHand} and ${reserved} reserved at version ${version}; the ledger has ${say(counters)}`,
        );
    }
    if (isFresh) this.#notes.seeSku(act, skuId, version);
  }

  /** It says that the SKU is there. */
  exists(act: Act, skuId: string): void {
    if (!this.#skus.has(skuId)) this.#notes.fault(act, `SKU ${skuId}`, 'exists, and is not in the record');
  }
}

function isShown(movement: Movement, shown: MovementBody): boolean {
  const { at, orderId = null, reason = null, reference = null } = shown;
  return (
    movement.skuId === shown.skuId &&
    movement.version === shown.version &&
    movement.kind === shown.kind &&
    movement.quantity === shown.quantity &&
    say(movement) === say(shown) &&
    movement.at === Date.parse(at) &&
    movement.orderId === orderId &&
    movement.reason === reason &&
    movement.reference === reference
  );
}
