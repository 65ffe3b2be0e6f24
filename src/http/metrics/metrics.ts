/**
 * The metrics for operators: `GET /metrics` in the text format of Prometheus. The values of labels are bounded. A label
 * has the pattern of a route and never a URL, or a code from the table of problems and never a text.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from '@platformatic/prom-client';
import type { FastifyRequest } from 'fastify';
import type { ProblemCode } from '../../api/problems/problems.ts';
import type { KeeperDoor } from '../../keeper/keeper.ts';
import type { Observe } from '../../lib/observe.ts';
import { plainDocs } from '../docs/route-docs.ts';
import type { App } from '../door.ts';
import { KeeperMetrics } from './keeper-metrics.ts';

declare module 'fastify' {
  interface FastifyReply {
    /** The code of the problem that is answered. */
    problemCode: ProblemCode | null;
  }
}

/**
 * Seconds, for a hit in memory, a commit, a commit under load, a delay that someone notices, a delay that someone
 * complains about, and a deadline.
 */
const ANSWER_BUCKETS = [0.005, 0.025, 0.1, 0.5, 2, 10];

export class Metrics {
  readonly #registry = new Registry();
  readonly #keeper = new KeeperMetrics(this.#registry);
  readonly #requests = new Counter({
    name: 'stock_keeper_http_requests_total',
    help: 'Requests answered, by pattern of the route and status.',
    labelNames: ['method', 'route', 'status'],
    registers: [this.#registry],
  });
  readonly #seconds = new Histogram({
    name: 'stock_keeper_http_request_seconds',
    help: 'From the head of a request to the end of its answer.',
    labelNames: ['method', 'route'],
    buckets: ANSWER_BUCKETS,
    registers: [this.#registry],
  });
  readonly #problems = new Counter({
    name: 'stock_keeper_problems_total',
    help: 'Requests answered with a problem, by its code.',
    labelNames: ['code'],
    registers: [this.#registry],
  });

  /** Counts the observations of keeper, journal, store and ownership. */
  readonly observe: Observe = (observation) => this.#keeper.observe(observation);

  /** Counts the dropped lines of the log. */
  watchLog(sink: { readonly dropped: number }): void {
    new Counter({
      name: 'stock_keeper_log_lines_dropped_total',
      help: 'Lines of the log that were dropped, because nobody read stderr or it was closed.',
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(sink.dropped);
      },
    });
  }

  /** Counts the requests of a server and puts `GET /metrics` on it. Call before the other routes are put on. */
  serve(app: App, keeper: KeeperDoor): void {
    collectDefaultMetrics({ register: this.#registry });
    this.#keeper.watch(keeper);
    this.#watchConnections(app);
    app.decorateReply('problemCode', null);
    app.addHook('onResponse', (request, reply, done) => {
      const { method, route } = namesOf(request);
      this.#requests.inc({ method, route, status: reply.statusCode });
      this.#seconds.observe({ method, route }, reply.elapsedTime / 1000);
      if (reply.problemCode !== null) this.#problems.inc({ code: reply.problemCode });
      done();
    });

    app.get('/metrics', {
      schema: {
        operationId: 'readMetrics',
        tags: ['Health'],
        summary: 'Counters and gauges for Prometheus',
        description: 'In the text format of Prometheus, version 0.0.4.',
      },
      config: {
        ...plainDocs('reader', {
          200: { description: 'As of now.', mediaType: 'text/plain', example: 'stock_keeper_owner 1\n' },
        }),
        neverShed: true,
      },
      handler: async (_request, reply) => {
        const text = await this.#registry.metrics();
        return reply.header('content-type', this.#registry.contentType).send(text);
      },
    });
  }

  #watchConnections({ server }: App): void {
    const dropped = new Counter({
      name: 'stock_keeper_connections_dropped_total',
      help: 'Connections closed at once, because CONNECTIONS_MAX were open.',
      registers: [this.#registry],
    });
    server.on('drop', () => dropped.inc());
    new Gauge({
      name: 'stock_keeper_connections',
      help: 'Open connections of clients.',
      registers: [this.#registry],
      async collect() {
        this.set(await new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count ?? 0))));
      },
    });
  }
}

/** All requests to unknown paths are counted as one route. */
function namesOf(request: FastifyRequest): { readonly method: string; readonly route: string } {
  if (request.is404) return { method: 'any', route: 'none' };
  return { method: request.method, route: request.routeOptions.url ?? 'none' };
}
