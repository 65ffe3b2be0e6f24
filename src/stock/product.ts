/** A product (SPU): what it says of itself. Which SKUs it has is said by them, and what they sold is never stored twice. */
export interface Product {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  /** Number of changes. */
  readonly version: number;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}
