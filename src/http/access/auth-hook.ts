/**
 * How a host says which requests it lets in. The type has its own file, apart from the routes, so that a host that
 * imports it does not get what the routes add to Fastify's types.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RouteRole } from '../../api/role.ts';

/**
 * Decides which requests a host lets in. It is called for each request with the least role that the route asks for,
 * `public` and `supervisor` included. For an unknown path that role is `reader`. `true` lets the request in.
 * `unauthorized` is answered 401, and everything else 403, as the service answers them. An error that it throws is
 * answered by the host's error handler, in the host's words. It may also send the reply itself.
 */
export type AuthHook = (
  request: FastifyRequest,
  role: RouteRole,
  reply: FastifyReply,
) => boolean | 'unauthorized' | Promise<boolean | 'unauthorized'>;
