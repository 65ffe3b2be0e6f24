/** The least that may ask a call. Apart from the calls, so that its type comes to a host without theirs. */
import type { Role } from '../keys/api-key.ts';

/**
 * `public`: no key is asked for, it is documentation. `supervisor`: nor is its rate limited: a supervisor must always
 * be told.
 */
export type RouteRole = Role | 'public' | 'supervisor';
