import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../src/api/problems/problems.ts';
import { fateOf, History, UNDECIDED } from './history.ts';

const request = { method: 'POST', path: '/orders/o/cancel' } as const;
const answer = (status: number, code = '') => ({ status, text: JSON.stringify({ code }), replayed: false, etag: null });

describe('a history', () => {
  it('takes down what was asked, when, and what was answered, when', () => {
    let now = 0;
    const history = new History(() => ++now);
    const first = history.begin(request);
    const second = history.begin(request);
    history.end(second, answer(200));
    expect(history.operations).toEqual([
      { request, invoked: 1, completed: null, reply: null },
      { request, invoked: 2, completed: 3, reply: answer(200) },
    ]);
    expect(history.operations[0]).toBe(first);
  });

  it('keeps what was never answered as unknown', () => {
    expect(fateOf({ reply: null })).toBe('unknown');
  });

  // Red with: any 503 taken as undecided.
  it.each([
    [201, '', 'done'],
    [304, '', 'done'],
    [409, 'insufficient_stock', 'refused'],
    [429, 'too_many_requests', 'refused'],
    [500, 'internal_error', 'unknown'],
    [502, '', 'unknown'],
    [503, 'unknown_outcome', 'unknown'],
    [503, 'database_unavailable', 'unknown'],
    [503, 'overloaded', 'undecided'],
    [503, 'closing', 'undecided'],
    [503, 'standby', 'undecided'],
  ])('reads %d %s as %s', (status, code, fate) => {
    expect(fateOf({ reply: answer(status, code) })).toBe(fate);
  });

  it('reads an answer that is no problem document as unknown', () => {
    expect(fateOf({ reply: { ...answer(503), text: '<html>Bad gateway</html>' } })).toBe('unknown');
  });

  it('takes as undecided what the API says nothing was decided of, and nothing else', () => {
    const retryAfterSeconds = 1;
    const refusals = [
      { kind: 'overloaded', retryAfterSeconds },
      { kind: 'waiting_line_full', retryAfterSeconds },
      { kind: 'closing', retryAfterSeconds },
      { kind: 'standby', retryAfterSeconds },
      { kind: 'unknown_outcome', retryAfterSeconds },
      { kind: 'sku_quarantined', skuId: 'tea', reason: 'it has', retryAfterSeconds },
      { kind: 'order_quarantined', orderId: 'o', reason: 'it has', retryAfterSeconds },
    ] as const;
    const undecided = refusals.filter((refusal) => problemOf(refusal).detail.includes('Nothing was decided'));
    expect(new Set(undecided.map(({ kind }) => kind))).toEqual(UNDECIDED);
    expect(refusals.every((refusal) => problemOf(refusal).status === 503)).toBe(true);
  });
});
