/**
 * The shared schemas of a context that takes none from its host, because the host's schemas may have the same names.
 */
import type { FastifyInstance } from 'fastify';

/** For `setSchemaController` of one context. Contexts below it start with its schemas. */
export function schemaBucket(): NonNullable<Parameters<FastifyInstance['setSchemaController']>[0]['bucket']> {
  let isFirst = true;
  return (above) => {
    const schemas = new Map<string, unknown>(isFirst ? [] : Object.entries((above ?? {}) as object));
    isFirst = false;
    return {
      add(schema) {
        schemas.set((schema as { readonly $id: string }).$id, schema);
        return undefined as never;
      },
      getSchema: (id) => schemas.get(id),
      getSchemas: () => Object.fromEntries(schemas),
    };
  };
}
