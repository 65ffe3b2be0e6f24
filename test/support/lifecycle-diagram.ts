/**
 * The lifecycle of an order as a Mermaid state diagram, generated from the machine itself. `node
 * test/support/lifecycle-diagram.ts` prints it; with `--write` it puts it into docs/shop.md between its two markers.
 *
 * It leaves out transitions that change no order: refusals, and answers to requests that are already fulfilled.
 * Messages that lead to the same state under the same guard share an arrow.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Payment } from '../../src/shop/orders/order.ts';
import { orderMachine } from '../../src/shop/orders/order-machine.ts';
import { placeOrder } from '../../src/shop/orders/place.ts';
import { openSku } from '../../src/shop/skus/rules.ts';

const OPENING = '<!-- order-lifecycle -->';
const CLOSING = '<!-- /order-lifecycle -->';
export const DOCUMENT = new URL('../../docs/shop.md', import.meta.url);

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly guard: string | null;
  readonly message: string;
}

/** `removesLastLine` in words. */
const spoken = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** The name of an action or a guard, in whichever form the machine holds it. */
function nameOf(named: unknown): string {
  if (typeof named === 'string') return named;
  if (typeof named === 'object' && named !== null && 'type' in named && typeof named.type === 'string')
    return named.type;
  throw new Error('the diagram needs actions and guards that have names');
}

const changesNothing = (action: string): boolean =>
  action === 'unchanged' || action === 'answerCancelled' || action.startsWith('refuse');

/** The transitions that change an order, in the order of the machine. */
function arrows(): Arrow[] {
  return Object.values(orderMachine.states).flatMap((state) =>
    [...state.transitions].flatMap(([message, transitions]) =>
      transitions
        .filter(({ actions }) => !actions.map(nameOf).every(changesNothing))
        .map(({ target, guard }) => ({
          from: state.key,
          to: target?.[0]?.key ?? state.key,
          guard: guard === undefined ? null : spoken(nameOf(guard)),
          message: spoken(message),
        })),
    ),
  );
}

/** How orders begin: the status that a placing gives them, by payment. */
function beginnings(): string[] {
  const { sku } = openSku(
    {
      id: 'a',
      productId: null,
      name: 'a',
      price: 1,
      currency: 'EUR',
      onHand: 1,
      safetyStock: 0,
      backorderLimit: 0,
      maxPerOrder: null,
      maxPerCustomer: null,
    },
    0,
  );
  const payments: readonly Payment[] = ['online', 'cash_on_delivery'];
  return payments.map((payment) => {
    const lines = [{ skuId: sku.id, quantity: 1 }];
    const asked = { orderId: 'o', lines, payment, customerId: null, freight: 0, expiresInSeconds: 1, fingerprint: '' };
    const decision = placeOrder(asked, { sku: () => sku, standing: () => 0, ahead: () => 0 }, 0);
    if (!('placed' in decision)) throw new Error(`the example was refused: ${decision.refusal.kind}`);
    return `[*] --> ${decision.placed.status} : place [${payment.replaceAll('_', ' ')}]`;
  });
}

/** The diagram, without a fence around it. */
export function lifecycleDiagram(): string {
  const all = arrows();
  const states = Object.values(orderMachine.states);
  const ways = states.flatMap((state) =>
    [...groupedByWay(all.filter(({ from }) => from === state.key))].map(([way, messages]) => {
      const [to, guard] = way.split('|');
      const named = messages.length === state.transitions.size ? 'any message' : messages.join(', ');
      return `${state.key} --> ${to} : ${named}${guard}`;
    }),
  );
  const ends = states
    .filter(({ key }) => all.every(({ from, to }) => from !== key || to === key))
    .map(({ key }) => `${key} --> [*]`);
  const body = [...beginnings(), ...ways, ...ends].map((line) => `    ${line}`);
  return ['stateDiagram-v2', '    direction LR', ...body].join('\n');
}

/** Messages, grouped by target state and guard. */
function groupedByWay(from: readonly Arrow[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { to, guard, message } of from) {
    const way = `${to}|${guard === null ? '' : ` [${guard}]`}`;
    groups.set(way, [...(groups.get(way) ?? []), message]);
  }
  return groups;
}

/** The document's section: everything between the markers. */
export const lifecycleSection = (): string => `\n\`\`\`mermaid\n${lifecycleDiagram()}\n\`\`\`\n`;

/** Splits a text at the markers. Throws when either is missing or is there twice. */
export function parted(text: string): { readonly before: string; readonly section: string; readonly after: string } {
  const [head, rest, ...more] = text.split(OPENING);
  const [section, tail, ...further] = (rest ?? '').split(CLOSING);
  if (head === undefined || section === undefined || tail === undefined || more.length + further.length > 0) {
    throw new Error(`docs/shop.md needs ${OPENING} and ${CLOSING}, once each`);
  }
  return { before: head + OPENING, section, after: CLOSING + tail };
}

if (import.meta.main) {
  if (process.argv.includes('--write')) {
    const { before, after } = parted(readFileSync(DOCUMENT, 'utf8'));
    writeFileSync(DOCUMENT, before + lifecycleSection() + after);
  } else {
    console.log(lifecycleDiagram());
  }
}
