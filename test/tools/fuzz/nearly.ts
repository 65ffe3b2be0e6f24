/** Requests with one thing off: each spoil makes one of an honest plan. Whether the result is still honest is for `judge.ts` to say. */
import { changedAt, jsonText, Members, membersOf, type Place, placesOf, Raw } from './json-text.ts';
import {
  HEADERS,
  IDEMPOTENCY_KEYS,
  KEYS,
  MATCHES,
  MEDIA_TYPES,
  PARAMETERS,
  QUERIES,
  TEXTS,
  VALUES,
} from './odd-values.ts';
import { type Plan, type Request, requestOf } from './requests.ts';

/** Picks one of a list; the same for the same seed. */
export type Pick = <T>(list: readonly T[]) => T;

export interface Spoil {
  readonly name: string;
  /** `null` when the plan has nothing to spoil in this way. */
  spoil(plan: Plan, pick: Pick): Request | null;
}

const withQuery = (request: Request, query: string): Request => ({
  ...request,
  target: `${request.target.split('?')[0]}?${query}`,
});
const withHeader = (request: Request, name: string, value: string | null): Request => ({
  ...request,
  headers: [
    ...request.headers.filter(([other]) => other !== name),
    ...(value === null ? [] : [[name, value] as const]),
  ],
});

/** A place of the body that is an object, and all its members. */
function anObject(
  body: unknown,
  pick: Pick,
  change: (members: [string, unknown][]) => readonly (readonly [string, unknown])[],
) {
  const objects = placesOf(body).filter((place) => isObject(at(body, place)));
  return changedAt(body, pick(objects), (found) => new Members(change(membersOf(found as object))));
}
const at = (value: unknown, place: Place): unknown =>
  place.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown>)[key], value);
const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

const ofBody = (name: string, change: (body: object, pick: Pick) => unknown): Spoil => ({
  name,
  spoil: (plan, pick) => (isObject(plan.body) ? requestOf({ ...plan, body: change(plan.body as object, pick) }) : null),
});

const swapCase = (key: string) =>
  key.replace(/[a-z]/i, (first) => (first < 'a' ? first.toLowerCase() : first.toUpperCase()));

export const SPOILS: readonly Spoil[] = [
  ofBody('a value is another', (body, pick) => changedAt(body, pick(placesOf(body)), () => new Raw(pick(VALUES)))),
  ofBody('a value is another', (body, pick) =>
    changedAt(
      body,
      pick(placesOf(body).slice(1).length > 0 ? placesOf(body).slice(1) : placesOf(body)),
      () => new Raw(pick(VALUES)),
    ),
  ),
  ofBody('a number is a text', (body, pick) => {
    const numbers = placesOf(body).filter((place) => typeof at(body, place) === 'number');
    return numbers.length === 0 ? body : changedAt(body, pick(numbers), (found) => String(found));
  }),
  ofBody('a field is missing', (body, pick) =>
    anObject(body, pick, (members) => {
      const gone = pick([...members.keys(), 0]);
      return members.filter((_, index) => index !== gone);
    }),
  ),
  ofBody('a field too many', (body, pick) =>
    anObject(body, pick, (members) => [...members, [JSON.stringify(pick(KEYS)), pick([1, null, {}, { a: 1 }, 'x'])]]),
  ),
  ofBody('a field twice', (body, pick) =>
    anObject(body, pick, (members) => {
      const [key, value] = pick(members.length === 0 ? [['"a"', 1] as const] : members);
      const escaped = `"\\u${key.charCodeAt(1).toString(16).padStart(4, '0')}${key.slice(2)}`;
      return [...members, [pick([key, key.length > 2 ? escaped : key]), pick([value, null, 1])]];
    }),
  ),
  ofBody('a field in another case', (body, pick) =>
    anObject(body, pick, (members) => {
      const changed = pick([...members.keys(), 0]);
      return members.map(([key, value], index) => [index === changed ? swapCase(key) : key, value]);
    }),
  ),
  {
    name: 'the body is broken',
    spoil: (plan, pick) => {
      if (plan.call.body === null) return null;
      const text = jsonText(plan.body ?? {});
      return { ...requestOf({ ...plan, body: {} }), body: pick(TEXTS)(text) };
    },
  },
  {
    name: 'the body is too large',
    spoil: (plan) => {
      if (plan.call.body === null) return null;
      const request = requestOf({ ...plan, body: plan.body ?? {} });
      return { ...request, body: Buffer.from(String(request.body).padEnd(1024 * 1024 + 1, ' ')) };
    },
  },
  {
    name: 'another media type',
    spoil: (plan, pick) =>
      plan.call.body === null
        ? null
        : withHeader(requestOf({ ...plan, body: plan.body ?? {} }), 'content-type', pick(MEDIA_TYPES)),
  },
  {
    name: 'a form',
    spoil: (plan) =>
      plan.call.body === null
        ? null
        : {
            ...withHeader(requestOf(plan), 'content-type', 'application/x-www-form-urlencoded'),
            body: Buffer.from('a=1'),
          },
  },
  {
    name: 'a body where none belongs',
    spoil: (plan, pick) =>
      plan.call.body !== null
        ? null
        : { ...withHeader(requestOf(plan), 'content-type', pick(MEDIA_TYPES)), body: pick(TEXTS)('{}') },
  },
  {
    name: 'a query parameter is another',
    spoil: (plan, pick) =>
      plan.call.query.length === 0
        ? null
        : withQuery(requestOf(plan), `${pick(plan.call.query).name}=${pick(PARAMETERS)}`),
  },
  { name: 'another query', spoil: (plan, pick) => withQuery(requestOf(plan), pick(QUERIES)) },
  {
    name: 'a URL that cannot be decoded',
    spoil: (plan, pick) => {
      const request = requestOf(plan);
      return { ...request, target: `${request.target}${pick(['?%', '?a=%zz', '?%ff=1', '?a=%c0%af', '?%ed%a0%80'])}` };
    },
  },
  {
    name: 'an odd path parameter',
    spoil: (plan, pick) => {
      if (plan.call.path.length === 0) return null;
      const parts = requestOf(plan).target.split('/');
      const index = pick(plan.call.segments.flatMap((segment, nth) => (segment.startsWith('{') ? [nth + 1] : [])));
      const odd = pick([
        ...PARAMETERS.map((one) => one.replace('🙂', '%F0%9F%99%82')),
        '..',
        '.',
        'a;b',
        'a:b',
        '%5c',
        '%2e%2e',
        'a%0d%0aX:y',
      ]);
      return { ...requestOf(plan), target: parts.map((part, nth) => (nth === index ? odd : part)).join('/') };
    },
  },
  { name: 'an odd If-Match', spoil: (plan, pick) => withHeader(requestOf(plan), 'if-match', pick(MATCHES)) },
  { name: 'an odd If-None-Match', spoil: (plan, pick) => withHeader(requestOf(plan), 'if-none-match', pick(MATCHES)) },
  {
    name: 'an odd Idempotency-Key',
    spoil: (plan, pick) => withHeader(requestOf(plan), 'idempotency-key', pick(IDEMPOTENCY_KEYS)),
  },
  { name: 'no Idempotency-Key', spoil: (plan) => withHeader(requestOf(plan), 'idempotency-key', null) },
  {
    name: 'a header twice',
    spoil: (plan, pick) => {
      const request = requestOf(plan);
      const twice = pick([
        ['idempotency-key', 'one'],
        ['if-match', '"1"'],
        ['x-request-id', 'r'],
        ['content-type', 'application/json'],
      ] as const);
      return {
        ...request,
        headers: [...request.headers, twice, [pick([twice[0], twice[0].toUpperCase()]), pick([twice[1], 'two'])]],
      };
    },
  },
  { name: 'an odd header', spoil: (plan, pick) => withHeader(requestOf(plan), ...pick(HEADERS)) },
  {
    name: 'another method',
    spoil: (plan, pick) => ({
      ...requestOf(plan),
      method: pick([
        'GET',
        'HEAD',
        'OPTIONS',
        'PUT',
        'DELETE',
        'PATCH',
        'POST',
        'TRACE',
        'PROPFIND',
        'QUERY',
        'LOCK',
        'M-SEARCH',
        'PURGE',
      ]),
    }),
  },
];
