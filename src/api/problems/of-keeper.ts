/** Refusals that any command may have: those of the keeper, and that of a version that has moved. */
import type { RefusalEntries } from './entry.ts';
import { quoted, staleSentence } from './words.ts';

const skuId = 'MUG-RED';

export const KEEPER_REFUSALS = {
  stale_version: {
    status: 412,
    title: 'It has changed',
    sentence: staleSentence,
    remedy: 'Read it again, decide again on what it says now, and send the new ETag.',
    example: { skuId, expected: 7, version: 9 },
  },
  idempotency_key_reused: {
    status: 422,
    title: 'Another request has this Idempotency-Key',
    sentence: (r) =>
      `Idempotency-Key ${quoted(r.key)} belongs to another request. Repeat that request exactly, or use a new key.`,
    remedy: 'Repeat the first request exactly, or use a new key: one key is for one request.',
    example: { key: '2f1c5f0e-6a51-4b0f-9a0e-4f6f1c1f8f51' },
  },
  overloaded: {
    status: 503,
    title: 'Too many requests at once',
    sentence: (r) =>
      `More is in flight than can be worked on at once. Nothing was decided: ask again in ${r.retryAfterSeconds} s.`,
    remedy: 'Ask again after Retry-After: nothing was decided. When it lasts, the operator looks at the metrics.',
    example: { retryAfterSeconds: 1 },
  },
  waiting_line_full: {
    status: 503,
    title: 'The waiting line is full',
    sentence: (r) =>
      'There is too little stock, and as many wait for stock as may. Nothing was decided: ask again in ' +
      `${r.retryAfterSeconds} s, or without waitSeconds.`,
    remedy: 'Ask again after Retry-After, or without waitSeconds: then the answer is at once what there is.',
    example: { retryAfterSeconds: 12 },
  },
  closing: {
    status: 503,
    title: 'The service is closing',
    sentence: (r) => `The service is closing. Nothing was decided: ask again in ${r.retryAfterSeconds} s.`,
    remedy: 'Ask again after Retry-After: nothing was decided. Another process, or the next, will answer.',
    example: { retryAfterSeconds: 1 },
  },
  standby: {
    status: 503,
    title: 'This process stands by',
    sentence: (r) =>
      'Another process owns the database, this one stands by. Nothing was decided: ask that one, or again in ' +
      `${r.retryAfterSeconds} s.`,
    remedy: 'Ask the process that leads, or ask again after Retry-After: this one leads as soon as that one ends.',
    example: { retryAfterSeconds: 2 },
  },
  unknown_outcome: {
    status: 503,
    title: 'The outcome is unknown',
    sentence: (r) =>
      `It may or may not have happened. Ask again in ${r.retryAfterSeconds} s, with the same id or Idempotency-Key.`,
    remedy: 'Ask again, the same way, with the same id or key: it may have happened, and is not done twice.',
    example: { retryAfterSeconds: 1 },
  },
} satisfies Partial<RefusalEntries>;
