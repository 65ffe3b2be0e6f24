/** What a command must have in memory before its turn. Asked again after every load, for an order tells only when it is read which SKUs it names. */
import type { Command, Idempotency } from './command.ts';
import type { Held } from './held.ts';

/** Holds what the command needs as far as it is known; `Held.loading` tells when to ask again. */
export function holdNeeds(command: Command, idempotency: Idempotency | null, held: Held): void {
  if (idempotency !== null) held.wantKey(idempotency.key);
  switch (command.kind) {
    case 'create_sku':
      return held.wantSku(command.sku.id);
    case 'read_sku':
    case 'change_sku':
    case 'receive':
    case 'adjust':
      return held.wantSku(command.skuId);
    case 'place':
      for (const line of command.lines) held.wantSku(line.skuId);
      return command.idIsNew ? held.wantNewOrder(command.orderId) : held.wantOrder(command.orderId);
    case 'read_order':
      return held.wantOrder(command.orderId);
    default:
      held.wantOrder(command.orderId);
      return holdLines(command.orderId, held);
  }
}

/** A command on a stored order moves stock of SKUs that its lines name; a cancelled order moves none. */
function holdLines(orderId: string, held: Held): void {
  const order = held.loadedOrder(orderId);
  if (order === null || order.status === 'cancelled') return;
  for (const line of order.lines) held.wantSku(line.skuId);
}
