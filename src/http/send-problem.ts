/** Sends a problem document: its media type, its headers, and the members that name the request. */
import type { FastifyReply } from 'fastify';
import { type DoorFault, problemOf, type Refusal } from '../api/problems/problems.ts';

/**
 * Answers with a problem: its status, its media type, `Retry-After` with a 429 or 503, and the request that it belongs
 * to.
 */
export function sendProblem(reply: FastifyReply, refusal: Refusal | DoorFault): FastifyReply {
  const problem = problemOf(refusal);
  const { id, url } = reply.request;
  const { retryAfterSeconds } = problem;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  reply.problemCode = problem.code;
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(
      JSON.stringify({
        ...problem,
        type: reply.server.keeperPrefix + problem.type,
        instance: uriReference(url),
        requestId: id,
      }),
    );
}

/**
 * What the path and query of a URI cannot have: a `%` without an encoded byte, brackets, and whatever else clients
 * send.
 */
const NOT_OF_A_URI = /%(?![0-9A-Fa-f]{2})|[^\w\-.~:/?@!$&'()*+,;=%]/gu;

const uriReference = (url: string): string =>
  url.replace(NOT_OF_A_URI, (odd) => encodeURIComponent(odd.toWellFormed()));
