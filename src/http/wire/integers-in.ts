/** Integers in a query string, which is all texts. */
import type { preValidationHookHandler } from 'fastify';

const INTEGER = /^(0|[1-9][0-9]{0,9})$/;

/** Query strings are texts: these parameters become numbers where they spell an integer; everything else is left for the schema to refuse. */
export function integersIn(...names: readonly string[]): preValidationHookHandler {
  return (request, _reply, done) => {
    const query = request.query as Record<string, unknown>;
    for (const name of names) {
      const value = query[name];
      if (typeof value === 'string' && INTEGER.test(value)) query[name] = Number(value);
    }
    done();
  };
}
