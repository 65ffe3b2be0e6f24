/**
 * Headers that tell a browser how little it may do with an answer: JSON is nothing to run, to frame or to load from another site. There is no
 * CORS, so no page of another site reads an answer; and no HSTS, for whether a host is reached by TLS alone is for the one to say who ends TLS.
 */
import helmet from '@fastify/helmet';
import type { App } from './door.ts';

/** To be called before the routes are put on. The reference page has a policy of its own. */
export async function secureHeaders(app: App): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
    },
    frameguard: { action: 'deny' },
    strictTransportSecurity: false,
    // For browsers and plugins that are no more.
    dnsPrefetchControl: false,
    ieNoOpen: false,
    permittedCrossDomainPolicies: false,
    xssFilter: false,
    originAgentCluster: false,
  });
}
