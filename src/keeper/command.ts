/** Words of commands, for the rooms that still look for them here. */
export type { Command } from '../shop/commands.ts';
export type { Idempotency } from '../shop/idempotency.ts';
export type { Answer, KeeperRefusal, Outcome } from '../shop/outcome.ts';
