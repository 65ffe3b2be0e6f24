/** The week of real sales, read from the fixture: its SKUs, its purchases, its cancellations. Money is pence. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';

const FILE = new URL('../../fixtures/online-retail-first-week.csv', import.meta.url);

/** Of the week's demand, so that the last buyers of each SKU find none. */
const OPENING_SHARE_PERCENT = 90;

interface SoldSku {
  readonly id: string;
  readonly name: string;
  readonly price: number;
  /** 90 % of the units bought in the week, rounded down. */
  readonly onHand: number;
}

interface InvoiceLine {
  readonly skuId: string;
  /** Units, positive also for a cancellation. */
  readonly quantity: number;
}

export interface Invoice {
  readonly id: string;
  readonly customerId: string;
  /** As in the file, so that the text sorts by time. */
  readonly date: string;
  /** In the order of the file; a SKU may be named in several lines. */
  readonly lines: readonly InvoiceLine[];
}

export interface Sales {
  readonly skus: readonly SoldSku[];
  readonly purchases: readonly Invoice[];
  /** Invoices whose number begins with `C`: goods given back. */
  readonly cancellations: readonly Invoice[];
}

interface Row {
  readonly InvoiceNo: string;
  readonly StockCode: string;
  readonly Description: string;
  readonly Quantity: string;
  readonly InvoiceDate: string;
  readonly UnitPrice: string;
  readonly CustomerID: string;
}

/** Reads the fixture. Rejects when a row is not what the rest relies on. */
export async function readSales(): Promise<Sales> {
  const rows: readonly Row[] = parse<Row>(await readFile(FILE, 'utf8'), { columns: true });
  const skus = new Map<string, { id: string; name: string; price: number; demand: number }>();
  const invoices = new Map<string, Invoice & { lines: InvoiceLine[] }>();
  for (const row of rows) {
    const { InvoiceNo: id, StockCode: skuId, InvoiceDate: date, CustomerID: customerId } = row;
    const quantity = Number(row.Quantity);
    const price = Math.round(Number(row.UnitPrice) * 100);
    const cancels = id.startsWith('C');
    if (!Number.isSafeInteger(quantity) || quantity === 0 || quantity < 0 !== cancels || !(price >= 0)) {
      throw new Error(`invoice ${id}, SKU ${skuId}: quantity ${row.Quantity}, price ${row.UnitPrice}`);
    }
    // Name and price are those of the first line that names the SKU.
    const sku = skus.get(skuId) ?? { id: skuId, name: row.Description, price, demand: 0 };
    skus.set(skuId, { ...sku, demand: sku.demand + Math.max(0, quantity) });
    const invoice = invoices.get(id) ?? { id, customerId, date, lines: [] };
    invoice.lines.push({ skuId, quantity: Math.abs(quantity) });
    invoices.set(id, invoice);
  }
  return {
    skus: Array.from(skus.values(), ({ demand, ...sku }) => ({
      ...sku,
      onHand: Math.floor((demand * OPENING_SHARE_PERCENT) / 100),
    })),
    purchases: [...invoices.values()].filter(({ id }) => !id.startsWith('C')),
    cancellations: [...invoices.values()].filter(({ id }) => id.startsWith('C')),
  };
}

/** Units of each SKU, lines that name the same SKU added together. */
export function unitsOf(invoice: Pick<Invoice, 'lines'>): Map<string, number> {
  const units = new Map<string, number>();
  for (const { skuId, quantity } of invoice.lines) units.set(skuId, (units.get(skuId) ?? 0) + quantity);
  return units;
}
