import { describe, expect, it } from 'vitest';
import { newOrderId } from '../../src/lib/order-id.ts';

describe('ids of orders', () => {
  it('are UUIDs of version 7 and of the variant of RFC 9562', () => {
    expect(newOrderId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    // The example of RFC 9562, appendix A.6.
    expect(newOrderId(0x017f22e279b0)).toMatch(/^017f22e2-79b0-7/);
  });

  it('sort by their time', () => {
    const ids = [5, 255, 256, 1.7e12, 1.8e12, 2 ** 47].map((at) => newOrderId(at));
    expect(ids.toSorted()).toEqual(ids);
  });

  it('differ within a millisecond', () => {
    expect(new Set(Array.from({ length: 10_000 }, () => newOrderId(1.7e12))).size).toBe(10_000);
  });
});
