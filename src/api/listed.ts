/** What a list or the waiting line answers, the same at every door. */
import type { Lists } from '../journal/record.ts';
import type { Asks } from './asked.ts';
import type { LineCall, ListCall, Listed } from './call.ts';
import { type Log, read } from './pages.ts';
import { isRefusal } from './problems/problems.ts';
import type { WaitingLines } from './waiting/body.ts';

/** What answers lists and waiting lines: the keeper. */
export interface Shows extends Asks {
  readonly lists: Lists;
  readonly waiting: WaitingLines;
}

/** Rejects as `read` does, and with `DoorFault` for faults that the schemas cannot see. */
export async function listed(
  keeper: Shows,
  call: ListCall | LineCall,
  request: Record<string, unknown>,
  log: Log,
): Promise<Listed> {
  if (call.kind === 'list') return call.show(await read(log, call.read(keeper.lists, request)), request);
  const first = call.first?.(request);
  const answer = first === undefined ? null : await keeper.ask(first.command, null);
  if (answer !== null && isRefusal(answer.outcome)) return { refusal: answer.outcome };
  return call.show(keeper.waiting, request);
}
