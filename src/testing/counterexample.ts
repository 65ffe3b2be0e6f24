/** A counterexample as a developer of the shop reads it: the law, the calls to repeat, and what they came to. */
import { PRODUCTS } from './history.ts';
import { LAWS, type Law, productSalesIn } from './laws.ts';
import { type Call, stockOf, type World } from './model.ts';
import type { Broken, Told } from './run.ts';

type Counts = Readonly<Record<string, number>>;

/** How a counterexample was found. */
export interface Finding {
  /** The seed that makes the same histories again. */
  readonly seed: number;
  /** Runs until a law was broken for the first time. */
  readonly runs: number;
  /** Milliseconds until then. */
  readonly foundMs: number;
  /** How often the shrunk calls broke a law when they were made again, of how many times. */
  readonly again: { readonly broke: number; readonly of: number };
}

/** The shop broke a law. `calls` are the shrunk calls to repeat, one line each, as they stand in the message. */
export class ShopBroken extends Error {
  override readonly name = 'ShopBroken';
  readonly law: Law;
  readonly calls: readonly string[];
  readonly finding: Finding;

  constructor(broken: Broken, finding: Finding) {
    const calls = callsOf(broken);
    super(messageOf(broken, calls, finding));
    this.law = broken.law;
    this.calls = calls;
    this.finding = finding;
  }
}

function messageOf({ law, bursts }: Broken, calls: readonly string[], { seed, runs, foundMs, again }: Finding): string {
  const some = bursts.some((burst) => burst.length > 1);
  const often = `Made again ${again.of} times, these calls broke a law ${again.broke} times`;
  const chance = some && again.broke < again.of ? ': what is called at the same time does not always meet.' : '.';
  return [
    `the shop broke a law: ${LAWS[law]}.`,
    '',
    ...calls.map((line) => `  ${line}`),
    '',
    `Found in run ${runs} after ${Math.round(foundMs)} ms. Seed ${seed} tries the same calls again, with the same options.`,
    ...(again.of === 0 ? [] : [often + chance]),
  ].join('\n');
}

function callsOf(broken: Broken): string[] {
  return [`await open(${unitsText(broken.stock)});`, ...broken.bursts.flatMap(burstLines), ...seenLines(broken)];
}

/** Calls at the same time stand in a `Promise.all`. */
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
      return `${call.kind}('${call.order}', ${unitsText(Object.fromEntries(call.lines.map((line) => [line.skuId, line.quantity])))})`;
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

/** What the shop says in the end that is wrong, and what would be right; if its answers are wrong already, what is in stock then. */
function seenLines({ seen, expected }: Broken): string[] {
  if (seen === null) return [];
  const wrong = (what: string, counts: Counts, right: (world: World, name: string) => number) =>
    Object.entries(counts).flatMap(([name, units]) => {
      const may = [...new Set(expected.map((world) => right(world, name)))].sort((a, b) => a - b);
      const isRight = may.length === 0 || may.includes(units);
      return isRight ? [] : [`await ${what}('${name}'); // ${units}, but ${may.join(' or ')} is right`];
    });
  const all = [
    ...wrong('stock', seen.stock, ({ skus }, name) => (skus[name] === undefined ? 0 : stockOf(skus[name]))),
    ...wrong('sales', seen.sales, ({ skus }, name) => skus[name]?.sales ?? 0),
    ...wrong('productSales', seen.productSales, (world, name) => productSalesIn(world, PRODUCTS[name])),
  ];
  return all.length > 0
    ? all
    : Object.entries(seen.stock).map(([name, units]) => `await stock('${name}'); // ${units}`);
}
