import { MemoryStore } from '../support/memory-store.ts';
import { storeContract } from './store-contract.ts';

storeContract('the double in memory', async () => {
  const store = new MemoryStore();
  // What the CHECKs of the database refuse, as far as the contract asks.
  store.check = (batch) => {
    for (const { row } of batch.flatMap((facts) => facts.skus))
      if (row !== null && row.onHand < 0) throw new Error('skus_counters');
  };
  return {
    store,
    ledger: async (skuId) => store.ledger.filter((movement) => movement.skuId === skuId),
    meddle: async (skuId, change) => {
      const row = store.skuRows.get(skuId);
      if (row !== undefined) store.skuRows.set(skuId, { ...row, ...change });
    },
    async lose(what) {
      if ('skuId' in what) store.skuRows.delete(what.skuId);
      else
        for (const [id, order] of store.orderRows)
          if (id === what.linesOf) store.orderRows.set(id, { ...order, lines: [] });
    },
    close: async () => {},
  };
});
