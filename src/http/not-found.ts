/** Unknown routes: 404, or 405 with `Allow` where the path exists for other methods. */
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { DoorFault } from '../api/problems/problems.ts';
import type { App } from './door.ts';
import { sendProblem } from './send-problem.ts';

/** Call before the routes are put on, so that it sees all of them. */
export function answerUnknownRoutes(app: App): void {
  const methods = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }: RouteOptions) => {
    const known = methods.get(url) ?? new Set();
    for (const name of [method].flat()) known.add(name);
    methods.set(url, known);
  });

  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const [path = ''] = request.url.split('?', 1);
    const allow = [...methods].filter(([pattern]) => fits(path, pattern)).flatMap(([, names]) => [...names]);
    if (allow.length === 0 || allow.includes(request.method)) return sendProblem(reply, noRoute(request));
    const detail = `${path} does not take ${request.method}. It takes ${allow.join(', ')}.`;
    reply.header('allow', allow.join(', '));
    return sendProblem(reply, new DoorFault('method_not_allowed', detail, { allow }));
  });
}

export function noRoute({ method, url, server }: FastifyRequest): DoorFault {
  const [path = ''] = url.split('?', 1);
  const remedy = path.length > 1 && path.endsWith('/') ? ' Leave out the slash at its end.' : '';
  const detail = `There is no route ${method} ${path}.${remedy} All routes are at ${server.keeperPrefix}/docs.`;
  return new DoorFault('route_not_found', detail);
}

/** Whether a path fits a pattern such as `/skus/:id`. */
function fits(path: string, pattern: string): boolean {
  const parts = path.split('/');
  const wanted = pattern.split('/');
  return (
    parts.length === wanted.length &&
    wanted.every((part, at) => (part.startsWith(':') ? parts[at] !== '' : part === parts[at]))
  );
}
