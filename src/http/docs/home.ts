/** The start page with links to everything else, and the icon of all pages. */

import { roleForAll } from '../access/roles.ts';
import type { App } from '../door.ts';

/** A box. */
export const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#2b6cb0" d="M8 0l7 4v8l-7 ' +
  '4-7-4V4z"/><path fill="none" stroke="#fff" d="M1.5 4.3 8 8l6.5-3.7M8 8v7"/></svg>';

/** The page loads nothing but the icon. */
const CSP = "default-src 'none'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** `here` is the relative path from the page to its neighbours. */
const page = (here: string): string => `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>Stock Keeper</title>
<link rel="icon" type="image/svg+xml" href="${here}favicon.svg">
<h1>Stock Keeper</h1>
<p>Stock that is never sold twice and never given back twice. This is its HTTP service.</p>
<ul>
<li><a href="${here}docs/">docs</a>: every call, with examples, to be tried out
<li><a href="${here}openapi.json">openapi.json</a>: the same for programs
<li><a href="${here}health/ready">health/ready</a>: whether it can do its work now
<li><a href="${here}metrics">metrics</a>: for Prometheus
<li>README.md of the package: how to take it into a program; docs/operating.md beside it: how to run it and back it up
</ul>
</html>
`;

/** The page at `/`. The service must own that path. */
export function homeRoutes(app: App): void {
  void app.register((own: App, _options, done) => {
    roleForAll(own, 'public');
    own.get('/', { schema: { hide: true } }, (request, reply) => {
      const [path = '/'] = request.url.split('?', 1);
      // Without a slash at the end, relative links must begin with the last part of the path.
      const here = path.endsWith('/') ? '' : `${path.slice(path.lastIndexOf('/') + 1)}/`;
      reply.type('text/html; charset=utf-8').header('content-security-policy', CSP).send(page(here));
    });
    // Browsers ask for `/favicon.ico` by themselves, also on a page that is JSON.
    for (const url of ['/favicon.svg', '/favicon.ico']) {
      own.get(url, { schema: { hide: true } }, (_request, reply) => {
        reply.type('image/svg+xml').header('cache-control', 'max-age=86400').send(ICON);
      });
    }
    done();
  });
}
