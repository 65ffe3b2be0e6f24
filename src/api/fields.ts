/**
 * Schemas of the fields that several requests share, and the patterns of their texts with the words that explain them.
 */
import { type TObject, type TSchema, type TUnsafe, Type } from 'typebox';
import { COUNTER_MAX, QUANTITY_MAX } from '../shop/skus/sku.ts';

export const ID_LENGTH_MAX = 128;
export const TEXT_LENGTH_MAX = 512;
export const LONG_TEXT_LENGTH_MAX = 4000;
export const KEY_LENGTH_MAX = 255;

/** Bytes of a body: 500 lines with the longest ids, and ample room for white space. */
export const BODY_MAX = 1024 * 1024;

/** Page size of lists. */
export const LIMIT_DEFAULT = 50;
export const LIMIT_MAX = 200;

/**
 * A pattern for a text without these characters and without lone surrogates. Some readers of the description compile it
 * with the flag `u` and some, such as the reference page, without it. The pattern means the same to both. Without the
 * flag, a character beyond U+FFFF is two halves. With the flag, a half never stands beside its other half.
 */
function without(characters: string, start = ''): string {
  const allowed = `[^${characters}\\ud800-\\udfff]*`;
  return `^${start}${allowed}(?:[\\ud800-\\udbff][\\udc00-\\udfff]${allowed})*$`;
}

const CONTROL = '\\u0000-\\u001f\\u007f-\\u009f';
const PLAIN_TEXT = without(CONTROL);
/**
 * Clients read `.` and `..` in a URL as steps between folders, percent-encoded or not. Something with such an id could
 * not be asked for.
 */
const NEW_ID = without(CONTROL, '(?!\\.{1,2}$)');
/** Every text that PostgreSQL stores. */
const FREE_TEXT = without('\\u0000');
const CURRENCY_CODE = '^[A-Z]{3}$';
const VISIBLE_ASCII = '^[\\x21-\\x7e]*$';
const VERSION_TAG = '"(0|[1-9][0-9]{0,9})"';
const ANY_TAG = '(W/)?"[\\x21\\x23-\\x7e\\x80-\\xff]*"';
const listOf = (tag: string) => `^(\\*|${tag}([ \\t]*,[ \\t,]*${tag})*)$`;
const VERSION_TAGS = listOf(VERSION_TAG);
const ANY_TAGS = listOf(ANY_TAG);

/** Words for what each pattern requires. */
export const PATTERN_WORDS: ReadonlyMap<string, string> = new Map([
  [PLAIN_TEXT, 'without control characters or lone surrogates'],
  [NEW_ID, 'without control characters or lone surrogates, and not "." or ".."'],
  [FREE_TEXT, 'without NUL or lone surrogates'],
  [CURRENCY_CODE, 'of three capital letters (ISO 4217)'],
  [VISIBLE_ASCII, 'of visible ASCII, no spaces'],
  [VERSION_TAGS, 'that is * or strong ETags with a version in their quotes, such as "7" or "7", "8"'],
  ['^\\*$', 'that is *: what is to be created has no ETag yet'],
  [ANY_TAGS, 'that is * or ETags with their quotes, such as "7" or W/"7", "8"'],
]);

const ID = { minLength: 1, maxLength: ID_LENGTH_MAX, pattern: PLAIN_TEXT };
const ID_PATTERN = new RegExp(PLAIN_TEXT, 'u');

/** The same rule as `Id`, for ids that come inside another text. */
export const isId = (text: string): boolean =>
  text !== '' && [...text].length <= ID_LENGTH_MAX && ID_PATTERN.test(text);

/** The id of something that exists. It may be `.` or `..`, because older builds allowed these ids. */
export const Id = (description: string) => Type.String({ ...ID, description });

/** The id of something that the request may create. */
export const NewId = (description: string) => Type.String({ ...ID, pattern: NEW_ID, description });

/** As `NewId`, or `null`. */
export const NullableId = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], ...ID, pattern: NEW_ID, description });

/** A long text that people write. */
export const NullableLongText = (description: string) =>
  Type.Unsafe<string | null>({
    type: ['string', 'null'],
    minLength: 1,
    maxLength: LONG_TEXT_LENGTH_MAX,
    pattern: FREE_TEXT,
    description,
  });

/** A text that people write. It may have line breaks and tabs. */
export const Text = (description: string) =>
  Type.String({ minLength: 1, maxLength: TEXT_LENGTH_MAX, pattern: FREE_TEXT, description });

export const Quantity = (description: string, minimum = 1) =>
  Type.Integer({ minimum, maximum: QUANTITY_MAX, description });

/** A counter, or the limit of a counter, in units. */
export const Counter = (description: string, options: { default?: number } = {}) =>
  Type.Integer({ minimum: 0, maximum: COUNTER_MAX, description, ...options });

/**
 * Where a page begins in a list whose cursor is a number. In process it may also be the text that the page before had
 * as `next`.
 */
export const NumberCursor = (description: string) =>
  Type.Unsafe<number | string>({ type: 'integer', minimum: 0, maximum: COUNTER_MAX, description });

export const Money = (description: string, options: { default?: number } = {}) =>
  Type.Integer({ minimum: 0, maximum: COUNTER_MAX, description, ...options });

export const Currency = Type.String({
  pattern: CURRENCY_CODE,
  default: 'EUR',
  description: 'ISO 4217; all SKUs of an order must have the same.',
});

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

export const isCurrency = (code: string): boolean => CURRENCIES.has(code);

/** The fields of one part of a request, by name. */
export interface RequestPart extends TSchema {
  readonly properties: Type.TProperties;
}

/** An object with these fields and no others. */
export const Fields = <T extends Type.TProperties>(properties: T, options: Type.TObjectOptions = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options });

/** The same fields with this type. It says what the fields alone cannot, such as "exactly one of these two". */
export const FieldsAs = <T>(fields: TObject): TUnsafe<T> & RequestPart =>
  Object.assign(Type.Unsafe<T>(fields), { properties: fields.properties });

export const Limit = Type.Integer({
  minimum: 1,
  maximum: LIMIT_MAX,
  default: LIMIT_DEFAULT,
  description: 'The most items in one answer.',
});

// Headers have no examples. The reference page would send an example, and a second try would then be another request
// under the same key.
export const KEY = {
  minLength: 1,
  maxLength: KEY_LENGTH_MAX,
  pattern: VISIBLE_ASCII,
  description:
    'Chosen by the client, a UUID for instance. What was done under it is kept 24 hours: the same request is ' +
    'answered as the first time, another one with 422. While the first is in flight, also when it waits for stock, ' +
    'the same request joins it and gets its answer. A refusal is not kept: it is decided afresh when it is asked ' +
    'again.',
};

const KeyHeader = Type.Object({ 'idempotency-key': Type.Optional(Type.String(KEY)) });
const RequiredKeyHeader = Type.Object({ 'idempotency-key': Type.String(KEY) });

const IF_MATCH = Type.Optional(
  Type.String({
    pattern: VERSION_TAGS,
    description:
      'The `ETag` as it was read, its `version` in quotes, such as `"7"`, or several: 412 `stale_version` unless it ' +
      'is at one of them. `*` asks that it is there, `"0"`, where that is no `ETag`, that it is not.',
  }),
);
const ifNoneMatch = (description: string) => Type.Optional(Type.String({ pattern: ANY_TAGS, description }));

/** Headers of a read of something that has a version. */
export const ReadHeaders = Type.Object({
  'if-match': IF_MATCH,
  'if-none-match': ifNoneMatch('The `ETag` as it was read, or several: 304 while it is at one of them.'),
});

/** Headers of a read of a product. Its answer shows more than its version covers, so `If-None-Match` is not taken. */
export const ProductReadHeaders = Type.Object({ 'if-match': IF_MATCH });

const WRITE_HEADERS = {
  'if-match': IF_MATCH,
  'if-none-match': ifNoneMatch(
    'An `ETag`, or several: 412 `stale_version` when it is at one of them. `*` asks that it is not there.',
  ),
};
/** Headers of a write of something that has a version. A POST takes a key as well. */
export const WriteHeaders = Type.Object(WRITE_HEADERS);
export const KeyedWriteHeaders = Type.Object({ ...KeyHeader.properties, ...WRITE_HEADERS });
export const RequiredKeyWriteHeaders = Type.Object({ ...RequiredKeyHeader.properties, ...WRITE_HEADERS });

/** Headers of a POST that creates and never overwrites. */
export const CreateHeaders = Type.Object({
  ...KeyHeader.properties,
  'if-none-match': Type.Optional(
    Type.String({
      pattern: '^\\*$',
      description: '`*` asks that it is not there yet. No other is taken: what is not there has no `ETag`.',
    }),
  ),
});

/** A time in an answer: ISO 8601, UTC, with milliseconds. */
export const Time = (description: string) => Type.String({ format: 'date-time', description });
export const NullableTime = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time', description });
