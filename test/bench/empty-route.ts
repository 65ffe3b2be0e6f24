/** The ceiling: what the HTTP server alone makes of a placement. It reads, validates and answers, and keeps nothing. */
import { v7 as uuid } from 'uuid';
import { placedOrder, servePlacements } from './placement.ts';

await servePlacements(async (line) => placedOrder(uuid(), line, new Date()));
