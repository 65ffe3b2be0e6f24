/** A recorded operation, read: what was asked, what became of it, and the body of the answer. */
import type { OrderBody } from '../../../src/api/orders/body.ts';
import type { MovementBody, SkuBody } from '../../../src/api/skus/body.ts';
import { type Asked, askedOf } from './asked.ts';
import { type Fate, fateOf, type Operation } from './history.ts';

export interface Act {
  readonly operation: Operation;
  readonly asked: Asked;
  /** Idempotency key. */
  readonly key: string | null;
  readonly fate: Fate;
  /** The answer, parsed; null when there is none, or none to parse. */
  readonly body: unknown;
}

/** A page of a list, or a product with the page of its SKUs. */
export interface PageOf<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export type SkuPage = PageOf<SkuBody>;
export type OrderPage = PageOf<OrderBody>;
export type MovementPage = PageOf<MovementBody>;

/** The members of problems that tell a version, or an end. */
export interface Facts {
  readonly code: string;
  readonly skuId?: string;
  readonly version?: number;
  readonly expected?: number;
  readonly onHand?: number;
  readonly reserved?: number;
  readonly requested?: number;
  readonly lowest?: number;
  readonly quantity?: number;
  readonly expiresAt?: string;
  readonly skuIds?: readonly string[];
  readonly shortages?: readonly {
    readonly skuId: string;
    readonly requested: number;
    readonly version: number;
    readonly available?: number;
    readonly onHand?: number;
  }[];
}

export function actOf(operation: Operation): Act {
  const { request, reply } = operation;
  const fate = fateOf(operation);
  const header = Object.entries(request.headers ?? {}).find(([name]) => name.toLowerCase() === 'idempotency-key');
  return {
    operation,
    asked: askedOf(request),
    key: request.method === 'POST' ? (header?.[1] ?? null) : null,
    fate,
    body: reply === null || fate === 'unknown' || fate === 'undecided' ? null : parsed(reply.text),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** How an operation is named in a violation. */
export function told({ operation: { request, invoked, completed, reply } }: Act): string {
  const answer = reply === null ? 'never answered' : `answered ${reply.status} at ${at(completed)}`;
  return `${request.method} ${request.path} (asked at ${at(invoked)}, ${answer})`;
}

const at = (ms: number | null): string => `${ms === null ? '?' : ms.toFixed(3)} ms`;
