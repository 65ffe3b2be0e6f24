/** One SKU as the database has it: its ledger, its counters at every version, and the settings that hold from one change to the next. */
import { evolve } from '../../../src/shop/skus/rules.ts';
import { available, type Counters, type Movement, type Sku } from '../../../src/shop/skus/sku.ts';
import type { Violations } from './violations.ts';

/** What only a `changed` movement changes. The ledger names the fields, not their values. */
export const SETTINGS = [
  'name',
  'price',
  'productId',
  'safetyStock',
  'backorderLimit',
  'maxPerOrder',
  'maxPerCustomer',
] as const;
export type Settings = Pick<Sku, (typeof SETTINGS)[number]>;

const NOTHING: Counters = { onHand: 0, reserved: 0, sales: 0 };

export class SkuRecord {
  readonly id: string;
  /** Null when there is a ledger without a row. */
  readonly row: Sku | null;
  /** By version. */
  readonly movements: readonly Movement[];
  /** Versions of the `changed` movements; between two of them the settings stand still. */
  readonly #changes: readonly number[];
  /** One more than changes: the settings from each on, null where nobody has told them. */
  readonly #settings: (Settings | null)[];

  constructor(id: string, row: Sku | null, movements: readonly Movement[]) {
    this.id = id;
    this.row = row;
    this.movements = movements;
    this.#changes = movements.filter((m) => m.kind === 'changed').map((m) => m.version);
    this.#settings = [...this.#changes.map(() => null), row];
  }

  get version(): number {
    return this.movements.length;
  }

  /** Counters after the movement `version`; null when there is none such. */
  at(version: number): Counters | null {
    return version === 0 ? NOTHING : (this.movements[version - 1] ?? null);
  }

  /** What holds at `version`, null while nobody has told it. */
  settingsAt(version: number): Settings | null {
    return this.#settings[this.#segment(version)] ?? null;
  }

  /** Somebody who knows tells what held at `version`; the first one is believed. */
  learn(version: number, settings: Settings): void {
    this.#settings[this.#segment(version)] ??= settings;
  }

  #segment(version: number): number {
    let segment = 0;
    while (segment < this.#changes.length && (this.#changes[segment] as number) <= version) segment++;
    return segment;
  }

  /** Gaps, a row that is not at the last version, counters that are not the replay. */
  checkLedger(violations: Violations): void {
    const fault = (text: string) => violations.add('ledger', () => `SKU ${this.id}: ${text}`);
    let counters = NOTHING;
    for (const [i, movement] of this.movements.entries()) {
      const { version, kind, quantity } = movement;
      if (version !== i + 1) return fault(`movement ${version} stands where ${i + 1} belongs`);
      counters = evolve(counters, movement);
      if (!same(counters, movement)) {
        const claim = `movement ${version} (${kind} ${quantity}) says ${say(movement)}`;
        fault(`${claim}, replay says ${say(counters)} (onHand/reserved/sales)`);
        counters = movement;
      }
    }
    if (this.row === null) return fault('a ledger and no row');
    const { version } = this.row;
    if (version !== this.version) fault(`row is at version ${version}, its last movement is ${this.version}`);
    if (!same(counters, this.row)) {
      fault(`row says ${say(this.row)}, replay says ${say(counters)} (onHand/reserved/sales)`);
    }
  }

  /** Reservations beyond what was available; to be asked when the settings are known as far as they can be. */
  checkNeverOversold(violations: Violations): void {
    for (const { version, kind, quantity } of this.movements) {
      if (kind !== 'reserved') continue;
      const before = this.at(version - 1);
      const settings = this.settingsAt(version);
      if (before === null || settings === null) continue;
      const free = available({ ...settings, ...before });
      if (quantity > free) {
        violations.add('ledger', () => `SKU ${this.id}: movement ${version} reserves ${quantity} of ${free} available`);
      }
    }
  }
}

const same = (a: Counters, b: Counters) => a.onHand === b.onHand && a.reserved === b.reserved && a.sales === b.sales;

export const say = ({ onHand, reserved, sales }: Counters): string => `${onHand}/${reserved}/${sales}`;

/** The records of all SKUs that have a row or a ledger. */
export function skuRecords(skus: readonly Sku[], movements: readonly Movement[]): Map<string, SkuRecord> {
  const ledgers = Map.groupBy(movements, (movement) => movement.skuId);
  for (const ledger of ledgers.values()) ledger.sort((a, b) => a.version - b.version);
  const rows = new Map(skus.map((sku) => [sku.id, sku]));
  const ids = new Set([...rows.keys(), ...ledgers.keys()]);
  return new Map(Array.from(ids, (id) => [id, new SkuRecord(id, rows.get(id) ?? null, ledgers.get(id) ?? [])]));
}
