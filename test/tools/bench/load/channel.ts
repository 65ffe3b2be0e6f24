/** What a load asks on: a connection, or whatever stands for one. */
import type { AskedOrder } from './workloads.ts';

/** One at a time is asked on it. */
export interface Channel {
  /** When the last thing was asked, milliseconds of `performance.now`. */
  readonly sentMs: number;
  /** Of an answer with an unusual status, the beginning. */
  readonly text: string;
  place(order: AskedOrder, asker: Asker): void;
  /** `location` is that of the order. */
  cancel(location: string, asker: Asker): void;
}

/** Who asks on a channel, and may ask again as soon as it is told. */
export interface Asker {
  /** `location` is where a placed order is found. */
  answered(channel: Channel, status: number, location: string | null): void;
  /** Nothing more can be asked on the channel. */
  broken(channel: Channel, why: string): void;
}

/** All that a load has to do with what it loads. */
export interface Shop {
  readonly channels: readonly Channel[];
  /** Reads a SKU; what is answered does not matter. */
  read(skuId: string): Promise<unknown>;
}
