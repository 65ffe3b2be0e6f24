/** The parts of an OpenAPI document that the tests read. */

interface Media {
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly tags: readonly string[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly description?: string;
    readonly schema: { readonly type?: unknown; readonly enum?: readonly unknown[] };
  }[];
  readonly requestBody: { readonly required: boolean; readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly description: string;
        readonly headers?: Readonly<Record<string, unknown>>;
        readonly content?: Readonly<Record<string, Media>>;
      }
    >
  >;
}

/** The operations of a document, by method and path: `GET /skus/{id}`. */
export function operationsOf(document: object): ReadonlyMap<string, Operation> {
  const { paths } = document as { paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
    ),
  );
}

/** The codes that the operation of a request declares. */
export function declaredCodes(document: object, method: string, url: string): readonly string[] {
  const [path = ''] = url.split('?');
  for (const [call, { responses }] of operationsOf(document)) {
    const [verb, pattern = ''] = call.split(' ');
    if (verb !== method || !new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}$`).test(path)) continue;
    return Object.values(responses).flatMap(({ content }) =>
      Object.keys(content?.['application/problem+json']?.examples ?? {}),
    );
  }
  throw new Error(`${method} ${url} is not described`);
}
