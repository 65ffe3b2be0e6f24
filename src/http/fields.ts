/** Schemas of the fields that several requests share, and the patterns of their texts with the words that explain them. */
import { Type } from 'typebox';
import { COUNTER_MAX, QUANTITY_MAX } from '../stock/sku.ts';

export const ID_LENGTH_MAX = 128;
export const TEXT_LENGTH_MAX = 512;
export const LONG_TEXT_LENGTH_MAX = 4000;
export const KEY_LENGTH_MAX = 255;

/** Page size of lists. */
export const LIMIT_DEFAULT = 50;
export const LIMIT_MAX = 200;

const PLAIN_TEXT = '^[^\\p{Cc}\\p{Cs}]*$';
/** All that PostgreSQL stores as a text. */
const FREE_TEXT = '^[^\\u0000\\p{Cs}]*$';
const CURRENCY_CODE = '^[A-Z]{3}$';
const VISIBLE_ASCII = '^[\\x21-\\x7e]*$';
const VERSION_TAG = '^(\\*|"(0|[1-9][0-9]{0,9})")$';

/** What a text that breaks the pattern should have been. */
export const PATTERN_WORDS: ReadonlyMap<string, string> = new Map([
  [PLAIN_TEXT, 'without control characters or lone surrogates'],
  [FREE_TEXT, 'without NUL or lone surrogates'],
  [CURRENCY_CODE, 'of three capital letters (ISO 4217)'],
  [VISIBLE_ASCII, 'of visible ASCII, no spaces'],
  [VERSION_TAG, 'that is * or one strong ETag with its quotes, such as "7"'],
]);

const ID = { minLength: 1, maxLength: ID_LENGTH_MAX, pattern: PLAIN_TEXT };
const ID_REGEXP = new RegExp(`^[^\\p{Cc}\\p{Cs}]{1,${ID_LENGTH_MAX}}$`, 'u');

/** The same rule as `Id`, for ids that come inside another text. */
export const isId = (text: string): boolean => ID_REGEXP.test(text);

export const Id = (description: string) => Type.String({ ...ID, description });

export const NullableId = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], ...ID, description });

/** What people write at length. */
export const NullableLongText = (description: string) =>
  Type.Unsafe<string | null>({
    type: ['string', 'null'],
    minLength: 1,
    maxLength: LONG_TEXT_LENGTH_MAX,
    pattern: FREE_TEXT,
    description,
  });

/** What people write: with line breaks and tabs, if they like. */
export const Text = (description: string) =>
  Type.String({ minLength: 1, maxLength: TEXT_LENGTH_MAX, pattern: FREE_TEXT, description });

export const Quantity = (description: string, minimum = 1) =>
  Type.Integer({ minimum, maximum: QUANTITY_MAX, description });

/** A counter or a limit of one, in units. */
export const Counter = (description: string, options: { default?: number } = {}) =>
  Type.Integer({ minimum: 0, maximum: COUNTER_MAX, description, ...options });

export const Money = (description: string, options: { default?: number } = {}) =>
  Type.Integer({ minimum: 0, maximum: COUNTER_MAX, description, ...options });

export const MaxPerOrder = (options: { default?: null } = {}) =>
  Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    minimum: 1,
    maximum: COUNTER_MAX,
    description: 'The most units one order may take; `null` is no limit.',
    ...options,
  });

export const MaxPerCustomer = (options: { default?: null } = {}) =>
  Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    minimum: 1,
    maximum: COUNTER_MAX,
    description:
      'The most units in the standing orders of one customer together, less what was returned; `null` is no limit. With a limit, an order of this SKU must name its `customerId`.',
    ...options,
  });

export const Currency = Type.String({
  pattern: CURRENCY_CODE,
  default: 'EUR',
  description: 'ISO 4217; all SKUs of an order must have the same.',
});

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

export const isCurrency = (code: string): boolean => CURRENCIES.has(code);

/** An object with these fields and no others. */
export const Fields = <T extends Type.TProperties>(properties: T, options: Type.TObjectOptions = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options });

export const Limit = Type.Integer({
  minimum: 1,
  maximum: LIMIT_MAX,
  default: LIMIT_DEFAULT,
  description: 'The most items in one answer.',
});

// Headers have no examples: the reference page would send them, and a second try would be another request under the same key.
export const KEY = {
  minLength: 1,
  maxLength: KEY_LENGTH_MAX,
  pattern: VISIBLE_ASCII,
  description:
    'Chosen by the client, a UUID for instance. What was done under it is kept 24 hours: the same request is answered as the first time, another one with 422. While the first is in flight, also when it waits for stock, the same request joins it and gets its answer. A refusal is not kept: it is decided afresh when it is asked again.',
};

/** Headers of a POST. */
export const KeyHeader = Type.Object({ 'idempotency-key': Type.Optional(Type.String(KEY)) });
/** Headers of a POST that must not be asked twice. */
export const RequiredKeyHeader = Type.Object({ 'idempotency-key': Type.String(KEY) });

const ifMatch = (description: string) => Type.Optional(Type.String({ pattern: VERSION_TAG, description }));

const IF_MATCH = ifMatch(
  'The `ETag` of the SKU as it was read; 412 `stale_version` when it has changed since. Such as `"7"`.',
);

/** Headers of a PUT on a product. */
export const ProductMatchHeader = Type.Object({
  'if-match': ifMatch(
    'The `version` of the product as it was read, in quotes, such as `"7"`; 412 `stale_version` when it has changed since. `"0"` asks that it was never put.',
  ),
});

export const MatchHeader = Type.Object({ 'if-match': IF_MATCH });
export const KeyAndMatchHeaders = Type.Object({ ...KeyHeader.properties, 'if-match': IF_MATCH });

export const NoneMatchHeader = Type.Object({
  'if-none-match': Type.Optional(
    Type.String({ description: 'The `ETag` of the SKU as it was read; 304 while it is the same.' }),
  ),
});

/** Answers in ISO 8601, UTC, with milliseconds. */
export const Time = (description: string) => Type.String({ format: 'date-time', description });
export const NullableTime = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time', description });
