/** The ceiling: what the HTTP server alone makes of a placement. It reads, validates and answers, and keeps nothing. */
import { newOrderId } from '../../src/http/order-id.ts';
import { placedOrder, servePlacements } from './placement.ts';

await servePlacements(async (line) => placedOrder(newOrderId(), line, new Date()));
