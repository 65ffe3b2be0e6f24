/**
 * Is a concurrent history one that some order of the same calls, one at a time, would have produced?
 * The search of Wing and Gong with Lowe's memo: take any call that began before the first answer still open, ask the model, and go on if
 * it answers the same. A call without an answer may have happened at any time from its beginning on, or not at all.
 * J. Wing, C. Gong, "Testing and Verifying Concurrent Objects" (1993); G. Lowe, "Testing for linearizability" (2017).
 */

/** What the thing under test should be, one call at a time. Pure. */
export interface Model<State, Question, Answer> {
  readonly initial: State;
  step(state: State, question: Question): { readonly state: State; readonly answer: Answer };
  /** Whether an answer that was heard is the one that the model gives. */
  isSame(heard: Answer, should: Answer): boolean;
  /** Equal for equal states, and only for those. */
  fingerprint(state: State): string;
}

/** One call: when it was asked and answered, on one clock that never goes back. `answer` is null while its outcome is unknown. */
export interface Call<Question, Answer> {
  readonly question: Question;
  readonly called: number;
  readonly answered: number;
  readonly answer: Answer | null;
}

/** The most calls one search is given; its cost grows with the calls that overlap. */
export const CALLS_MAX = 60;

/** The most states that one search looks at. */
export const LOOKS_MAX = 500_000;

/**
 * An order of `calls` (indexes) that explains every answer, `null` if there is none. Calls of unknown outcome are in it only if they must have
 * happened. Throws beyond the limits, of which `looksMax` may be made smaller: neither yes nor no can be said.
 */
export function linearize<State, Question, Answer>(
  calls: readonly Call<Question, Answer>[],
  model: Model<State, Question, Answer>,
  looksMax = LOOKS_MAX,
): number[] | null {
  if (calls.length > CALLS_MAX) throw new Error(`a search is given at most ${CALLS_MAX} calls, not ${calls.length}`);
  const seen = new Set<string>();
  const order: number[] = [];

  function search(done: bigint, now: State, at: string): boolean {
    const open = calls.flatMap((_, i) => ((done >> BigInt(i)) & 1n ? [] : [i]));
    const sure = open.filter((i) => calls[i]?.answer !== null);
    if (sure.length === 0) return true;
    const memo = `${done} ${at}`;
    if (seen.has(memo)) return false;
    if (seen.size === looksMax) throw new Error(`${looksMax} states were looked at, and no order was found`);
    seen.add(memo);
    const firstAnswer = Math.min(...sure.map((i) => calls[i]?.answered ?? Number.POSITIVE_INFINITY));
    const next: { readonly i: number; readonly state: State; readonly at: string; readonly isSure: boolean }[] = [];
    for (const i of open) {
      const call = calls[i] as Call<Question, Answer>;
      if (call.called > firstAnswer) continue;
      const { state, answer } = model.step(now, call.question);
      const isSure = call.answer !== null;
      if (call.answer !== null && !model.isSame(call.answer, answer)) continue;
      const then = model.fingerprint(state);
      if (then !== at) next.push({ i, state, at: then, isSure });
      else if (isSure) {
        // It changes nothing, so whatever explains the rest explains it with this one here.
        order.push(i);
        if (search(done | (1n << BigInt(i)), state, then)) return true;
        order.pop();
        return false;
      }
    }
    // What is known to have happened comes first: what may have happened is there to explain what else cannot be.
    for (const { i, state, at: then } of next.sort((a, b) => Number(b.isSure) - Number(a.isSure))) {
      order.push(i);
      if (search(done | (1n << BigInt(i)), state, then)) return true;
      order.pop();
    }
    return false;
  }

  return search(0n, model.initial, model.fingerprint(model.initial)) ? order : null;
}
