/** How many operations of concurrent clients it takes until a checker finds what was planted. */
import { checkBlackBox } from './black-box.ts';
import { certifyRows } from './certificate.ts';
import { History } from './history.ts';
import type { PlantedService } from './planted.ts';
import { serve, Till } from './till.ts';
import { oneSkuTraffic, seeded, Traffic } from './traffic.ts';

export interface Finding {
  /** Asked when it was found; all that there were, when nothing was. */
  readonly operations: number;
  /** The first violation; null when none was found. */
  readonly violation: string | null;
}

const CLIENTS = 12;
/** The certificate is asked for behind so many operations more, and a tenth of those that there are. */
const STRETCH = 50;
/** Operations on one SKU before the search and the next SKU; its creation is one more. */
const ONE_SKU = 45;

/** Few SKUs, orders over several of them, and the record at hand. */
export async function huntByCertificate(service: PlantedService, operationsMax: number, seed = 1): Promise<Finding> {
  const history = new History();
  const till = await Till.open(service, history);
  const traffic = new Traffic({ skus: ['a', 'b', 'c', 'd'], random: seeded(seed) });
  for (const request of traffic.opening()) await till.ask(request);
  while (history.operations.length < operationsMax) {
    await serve(
      (request) => till.ask(request),
      CLIENTS,
      STRETCH + Math.floor(history.operations.length / 10),
      () => traffic.next(),
    );
    await allWritten();
    const { skuRows, orderRows, ledger } = service.database;
    const rows = { skus: [...skuRows.values()], orders: [...orderRows.values()], movements: [...ledger] };
    const [violation = null] = certifyRows(history, rows).violations;
    if (violation !== null) return { operations: history.operations.length, violation };
  }
  return { operations: history.operations.length, violation: null };
}

/** One SKU after another, and nothing but what the clients heard. */
export async function huntByBlackBox(service: PlantedService, operationsMax: number, seed = 1): Promise<Finding> {
  const random = seeded(seed);
  const opened = await Till.open(service, new History());
  let operations = 0;
  for (let n = 0; operations < operationsMax; n++) {
    const history = new History();
    const till = opened.continuing(history);
    const traffic = oneSkuTraffic(`sku-${n}`, random);
    await till.ask(traffic.opening);
    await serve((request) => till.ask(request), CLIENTS, ONE_SKU, traffic.next);
    operations += history.operations.length;
    const { violations, leftOut } = checkBlackBox(history);
    if (leftOut > 0) throw new Error('every SKU of this traffic can be searched');
    if (violations[0] !== undefined) return { operations, violation: violations[0] };
  }
  return { operations, violation: null };
}

/** What is answered before it is written has been written now, if nothing crashed. */
async function allWritten(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise(setImmediate);
}
