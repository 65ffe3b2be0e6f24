/** The named answers of one SKU. Refusals are values, returned and never thrown. */
import type { Shortage, Sku } from './sku.ts';

export type SkuSuccess =
  | { readonly kind: 'sku_created'; readonly sku: Sku }
  | { readonly kind: 'sku'; readonly sku: Sku }
  /** As of one moment, in the order asked: the SKUs that exist, and the ids of those that do not. */
  | {
      readonly kind: 'availability';
      readonly items: readonly { readonly skuId: string; readonly available: number; readonly version: number }[];
      readonly unknown: readonly string[];
      readonly at: number;
    };

export type SkuRefusal =
  | { readonly kind: 'sku_not_found'; readonly skuId: string }
  | { readonly kind: 'sku_exists'; readonly skuId: string }
  /**
   * An adjustment to below what is promised (`reserved − backorderLimit`, and never below zero). `lowest` is the lowest
   * `onHand` that would be taken.
   */
  | {
      readonly kind: 'below_reserved';
      readonly skuId: string;
      readonly requested: number;
      readonly lowest: number;
      readonly onHand: number;
      readonly reserved: number;
      readonly version: number;
    }
  /** A counter would leave its range; `highest` is the most it may hold. */
  | {
      readonly kind: 'counter_limit';
      readonly skuId: string;
      readonly counter: 'onHand' | 'reserved' | 'sales';
      readonly requested: number;
      readonly highest: number;
    }
  /** A request to ship units that are promised but not in the building (a backorder not yet received). */
  | {
      readonly kind: 'not_on_hand';
      readonly shortages: readonly {
        readonly skuId: string;
        readonly requested: number;
        readonly onHand: number;
        readonly version: number;
      }[];
    }
  | { readonly kind: 'insufficient_stock'; readonly shortages: readonly Shortage[] };
