/**
 * The least role that may ask a call. It has a file of its own, so that a host can import the type without the calls.
 */
import type { Role } from '../keys/api-key.ts';

/**
 * `public` needs no key, because it is documentation. `supervisor` needs none either, and has no rate limit, because a
 * supervisor must always get an answer.
 */
export type RouteRole = Role | 'public' | 'supervisor';
