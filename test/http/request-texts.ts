/** Requests as the tests write them. */
import type { InjectOptions } from 'fastify';

export const post = (url: string, payload?: unknown, headers: Record<string, string> = {}): InjectOptions => ({
  method: 'POST',
  url,
  headers: { ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
  ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }),
});
export const patch = (url: string, payload: unknown, headers: Record<string, string> = {}): InjectOptions => ({
  ...post(url, payload, headers),
  method: 'PATCH',
});

/** A body that is sent as it stands. */
export const text = (method: 'POST' | 'PATCH', url: string, payload: string): InjectOptions => ({
  method,
  url,
  headers: { 'content-type': 'application/json' },
  payload,
});

export const SKU = { id: 'A', name: 'Mug', price: 1290 };
export const line = { skuId: 'A', quantity: 1 };
export const KEY = { 'idempotency-key': 'k' };

export const put = (url: string, body: object, headers: Record<string, string> = {}): InjectOptions => ({
  ...post(url, body, headers),
  method: 'PUT',
});
