/**
 * What a host says of who is let in. Beside the routes, for its types come to the host without what they add to
 * Fastify's.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RouteRole } from '../../api/role.ts';

/**
 * Whom a host lets in: called for each request with the least role that its route asks for, `public` and `supervisor`
 * among them; for paths that are not there with `reader`. `true` lets it in, `unauthorized` is answered 401, everything
 * else 403, as the service answers. What it throws is answered by the host's error handler, in the host's words; it may
 * as well send the reply itself.
 */
export type AuthHook = (
  request: FastifyRequest,
  role: RouteRole,
  reply: FastifyReply,
) => boolean | 'unauthorized' | Promise<boolean | 'unauthorized'>;
