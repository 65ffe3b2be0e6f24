/** A load on its way, closed or open. */
export interface Loop {
  /** Asks for the first time. */
  start(): void;
  /** Resolves when there is no more to ask before anyone said that it is over: nothing left, nobody left to ask, or too far behind. */
  readonly ranOut: Promise<void>;
  /** Resolves when it is over and nothing is left unanswered. */
  readonly ended: Promise<void>;
}
