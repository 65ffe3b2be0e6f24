/** A counterexample as a developer of the shop reads it: the law, the calls to repeat, and what they led to. */
import { PRODUCTS } from './history.ts';
import { LAWS, type Law, productSalesIn } from './laws.ts';
import { type Call, stockIn, type Told, type World } from './model.ts';
import type { Broken } from './shop-model.ts';

type Counts = Readonly<Record<string, number>>;

/** How a counterexample was found. */
export interface Finding {
  /** The seed that makes the same histories again. */
  readonly seed: number;
  /** Runs until a law was broken for the first time. */
  readonly runs: number;
  /** Milliseconds until then. */
  readonly foundMs: number;
  /** How often the shrunk calls were repeated, and how often they broke a law. */
  readonly again: { readonly broke: number; readonly of: number };
}

/** The shop broke a law. The message has the law and the calls to repeat. */
export class ShopBroken extends Error {
  override readonly name = 'ShopBroken';
  // Private. Otherwise a test runner would print them again after the message.
  readonly #broken: Broken;
  readonly #finding: Finding | null;

  /** `finding` is null if `checkShop` did not find it. */
  constructor(broken: Broken, finding: Finding | null = null) {
    super(messageOf(broken, finding));
    this.#broken = broken;
    this.#finding = finding;
  }

  /** The sentence of this law is in `LAWS`. */
  get law(): Law {
    return this.#broken.law;
  }

  /** The calls to repeat and what they led to, one line each, as in the message. `checkShop` has shrunk them. */
  get calls(): readonly string[] {
    return callsOf(this.#broken);
  }

  /** Null if `checkShop` did not find it. */
  get finding(): Finding | null {
    return this.#finding;
  }
}

function messageOf(broken: Broken, finding: Finding | null): string {
  return [
    `the shop broke a law: ${LAWS[broken.law]}.`,
    '',
    ...callsOf(broken).map((line) => `  ${line}`),
    ...(finding === null ? [] : ['', ...findingLines(broken, finding)]),
  ].join('\n');
}

function findingLines({ bursts }: Broken, { seed, runs, foundMs, again }: Finding): string[] {
  const some = bursts.some((burst) => burst.length > 1);
  const often = `Made again ${again.of} times, these calls broke a law ${again.broke} times`;
  const chance = some && again.broke < again.of ? ': what is called at the same time does not always meet.' : '.';
  return [
    `Found in run ${runs} after ${Math.round(foundMs)} ms. To try the same histories: checkShop(adapter, { seed: ` +
      `${seed} }).`,
    ...(again.of === 0 ? [] : [often + chance]),
  ];
}

function callsOf(broken: Broken): string[] {
  return [`await open(${unitsText(broken.stock)});`, ...broken.bursts.flatMap(burstLines), ...seenLines(broken)];
}

/** Calls and their answers. Calls made at the same time are in a `Promise.all`. */
function burstLines(burst: readonly Told[]): string[] {
  const [only] = burst;
  if (burst.length === 1 && only !== undefined) return [`await ${callText(only.call)}; // ${cameTo(only)}`];
  return [
    'await Promise.all([ // at the same time',
    ...burst.map((told) => `  ${callText(told.call)}, // ${cameTo(told)}`),
    ']);',
  ];
}

function callText(call: Call): string {
  switch (call.kind) {
    case 'restart':
      return 'restart()';
    case 'place':
    case 'return':
      return (
        `${call.kind}('${call.order}', ` +
        `${unitsText(Object.fromEntries(call.lines.map((line) => [line.skuId, line.quantity])))})`
      );
    default:
      return `${call.kind}('${call.order}')`;
  }
}

function cameTo({ call, answer, error }: Told): string {
  if (answer === 'unknown') return error instanceof Error ? `failed: ${error.message}` : 'not answered';
  if (call.kind === 'place' && answer === 'done') return 'placed';
  return call.kind === 'restart' ? 'crash and start' : answer;
}

function unitsText(units: Counts): string {
  return `{ ${Object.entries(units)
    .map(([name, count]) => `${name}: ${count}`)
    .join(', ')} }`;
}

/** What the shop says at the end that is wrong, and what would be right. */
function seenLines({ seen, expected, stock }: Broken): string[] {
  if (seen === null) return [];
  if (expected.length === 0) return ['// In whatever order these calls were made, their answers cannot be right.'];
  const wrong = (
    what: string,
    counts: Counts,
    right: (world: World, name: string) => number,
    note = (_name: string) => '',
  ) =>
    Object.entries(counts).flatMap(([name, units]) => {
      const may = [...new Set(expected.map((world) => right(world, name)))].sort((a, b) => a - b);
      if (may.includes(units)) return [];
      return [`await ${what}('${name}'); // ${units}, but ${may.join(' or ')} is right${note(name)}`];
    });
  const membersNote = (product: string) => {
    const members = (PRODUCTS[product] ?? []).filter((sku) => sku in stock);
    return members.length > 1 ? ` (${product}: ${members.join(' and ')})` : '';
  };
  const all = [
    ...wrong('stock', seen.stock, stockIn),
    ...wrong('sales', seen.sales, ({ skus }, name) => skus[name]?.sales ?? 0),
    ...wrong('productSales', seen.productSales, (world, name) => productSalesIn(world, PRODUCTS[name]), membersNote),
  ];
  // Each number may be right by itself, but not all of them together.
  return all.length > 0
    ? all
    : Object.entries(seen.stock).map(([name, units]) => `await stock('${name}'); // ${units}`);
}
