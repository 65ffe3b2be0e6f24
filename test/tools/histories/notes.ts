/** What a walk over the answers takes down: what was wrong with one, and what it saw, when, for the checkers of order. */
import { type Act, told } from './act.ts';
import type { Moment } from './one-order.ts';
import type { RealTime } from './real-time.ts';
import type { Violations } from './violations.ts';

/** The version of what does not exist. */
export const NOWHERE = -1;

export class Notes {
  /** Answers that showed several SKUs as of one moment. */
  readonly moments: Moment[] = [];
  readonly #realTime: RealTime;
  readonly #violations: Violations;

  constructor(realTime: RealTime, violations: Violations) {
    this.#realTime = realTime;
    this.#violations = violations;
  }

  seeSku(act: Act, skuId: string, version: number): void {
    this.#realTime.see(`SKU ${skuId}`, sight(act, version));
  }

  seeOrder(act: Act, orderId: string, version: number, phase: number): void {
    this.#realTime.see(`order ${orderId}`, sight(act, version));
    this.seePhase(act, orderId, phase);
  }

  seePhase(act: Act, orderId: string, phase: number): void {
    this.#realTime.see(`status of order ${orderId}`, sight(act, phase));
  }

  moment(act: Act, versions: Moment['versions']): void {
    if (versions.length > 1) this.moments.push({ versions, made: false, told: () => told(act) });
  }

  fault(act: Act, thing: string, text: string): void {
    this.#violations.add('answer', () => `${thing}: ${told(act)} ${text}`);
  }
}

function sight(act: Act, version: number) {
  const { invoked, completed } = act.operation;
  return { version, invoked, completed: completed ?? Number.POSITIVE_INFINITY, made: false, told: () => told(act) };
}
