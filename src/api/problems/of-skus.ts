/** Refusals that are about a SKU. */
import type { RefusalEntries } from './entry.ts';
import { named, quoted, shortageSentence } from './words.ts';

const skuId = 'MUG-RED';

export const SKU_REFUSALS = {
  sku_not_found: {
    status: 404,
    title: 'No such SKU',
    sentence: (r) => `There is no SKU ${quoted(r.skuId)}. Check the id, or create the SKU with POST /skus.`,
    remedy: 'Check the id, or create the SKU with POST /skus.',
    example: { skuId },
  },
  sku_exists: {
    status: 409,
    title: 'The SKU exists already',
    sentence: (r) =>
      `SKU ${quoted(r.skuId)} exists already. Change it with PATCH, receive goods with POST /skus/:id/receive.`,
    remedy: 'Read the SKU; change it with PATCH /skus/{id}, or receive goods for it.',
    example: { skuId },
  },
  below_reserved: {
    status: 409,
    title: 'Reserved units would be uncovered',
    sentence: (r) =>
      r.lowest === 0
        ? `${quoted(r.skuId)} would have ${r.requested} on hand, which cannot be less than 0. It has ${r.onHand}.`
        : `${r.requested} on hand would not cover the ${r.reserved} reserved of ${quoted(r.skuId)}: the least is ` +
          `${r.lowest}. Cancel or reduce orders first.`,
    remedy: 'Adjust to "lowest" at least, or cancel and reduce orders of the SKU first.',
    example: { skuId, requested: 1, lowest: 2, onHand: 100, reserved: 2, version: 2 },
  },
  not_on_hand: {
    status: 409,
    title: 'Not in the building',
    sentence: (r) =>
      `Not all units are in the building: ${named(
        r.shortages,
        (s) => `${quoted(s.skuId)} has ${s.onHand} on hand, ${s.requested} are to be shipped`,
      )}. Receive them first.`,
    remedy: 'Receive the missing units, POST /skus/{id}/receive, then ship again.',
    example: { shortages: [{ skuId, requested: 2, onHand: 0, version: 2 }] },
  },
  counter_limit: {
    status: 409,
    title: 'A counter would leave its range',
    sentence: (r) =>
      `${r.counter} of ${quoted(r.skuId)} would become ${r.requested}, the most it can hold is ${r.highest}.`,
    remedy: 'Ask for less, so that the counter stays within "highest".',
    example: { skuId, counter: 'onHand', requested: 2_147_483_747, highest: 2_147_483_647 },
  },
  insufficient_stock: {
    status: 409,
    title: 'Not enough stock',
    sentence: (r) =>
      `Nothing was reserved: ${named(r.shortages, shortageSentence)}. Ask for less, or again when stock has come in.`,
    remedy: 'Ask for at most what "shortages" say is available, wait with waitSeconds, or ask again later.',
    example: {
      shortages: [{ skuId, requested: 99, available: 98, version: 2 }],
    },
  },
  sku_quarantined: {
    status: 503,
    title: 'The SKU is quarantined',
    sentence: (r) =>
      `What is stored of SKU ${quoted(r.skuId)} cannot be true: ${r.reason}. Nothing was decided. The operator must ` +
      'run verify; all other SKUs serve.',
    remedy: 'The operator runs verify, which says what cannot be true of it and what to do; other SKUs serve on.',
    example: {
      skuId,
      reason: 'its row says 7/0/0 at version 1 (onHand/reserved/sales), its ledger ends with 9/0/0 at version 1',
      retryAfterSeconds: 60,
    },
  },
} satisfies Partial<RefusalEntries>;
