/** `GET /metrics`: what is counted, under names and labels that are bounded, and that counting harms nobody. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Metrics } from '../../../src/http/metrics/metrics.ts';
import { buildServer } from '../../../src/http/server.ts';
import { type Observation, tellAll } from '../../../src/lib/observe.ts';
import { StandInKeeper } from '../stand-in.ts';

let close: (() => Promise<unknown>) | null = null;
afterEach(async () => {
  await close?.();
  close = null;
});

async function server() {
  const metrics = new Metrics();
  const keeper = new StandInKeeper();
  const app = await buildServer({ keeper, logger: false, metrics });
  close = () => app.close();
  /** Samples by name and labels. */
  const samples = async (): Promise<Record<string, number>> => {
    const { body } = await app.inject('/metrics');
    const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
    );
  };
  return { app, keeper, metrics, samples };
}

const requests = (method: string, route: string, status: number) =>
  `stock_keeper_http_requests_total{method="${method}",route="${route}",status="${status}"}`;

describe('GET /metrics', () => {
  it('is in the text format of Prometheus, and of every metric says what it is', async () => {
    const { app } = await server();
    const { statusCode, headers, body } = await app.inject('/metrics');
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    const names = (kind: string) =>
      [...body.matchAll(new RegExp(`^# ${kind} (\\S+) \\S`, 'gm'))].map(([, name]) => name);
    expect(names('HELP')).toEqual(names('TYPE'));
    for (const name of [
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_p99_seconds',
      'stock_keeper_commands_in_flight',
    ]) {
      expect(names('HELP')).toContain(name);
    }
  });

  it('counts requests by the pattern of their route, never by what was in the URL', async () => {
    const { app, keeper, samples } = await server();
    for (const url of ['/skus/A', '/skus/secret-1', '/nothing/secret-2', '/skus/secret-3/nothing', '/%zz'])
      await app.inject(url);
    keeper.outcome = { kind: 'sku_not_found', skuId: 'secret-4' };
    await app.inject({ url: '/skus/secret-4', headers: { 'x-request-id': 'secret-5' } });
    const counted = await samples();
    expect(counted).toMatchObject({
      [requests('GET', '/skus/:id', 200)]: 2,
      [requests('GET', '/skus/:id', 404)]: 1,
      [requests('any', 'none', 404)]: 2,
      'stock_keeper_problems_total{code="sku_not_found"}': 1,
      'stock_keeper_problems_total{code="route_not_found"}': 2,
      'stock_keeper_http_request_seconds_count{method="GET",route="/skus/:id"}': 3,
    });
    expect(Object.keys(counted).join()).not.toContain('secret');
  });

  it('tells the load and the role of the keeper, as of now', async () => {
    const { keeper, samples } = await server();
    expect(await samples()).toMatchObject({
      stock_keeper_commands_in_flight: 3,
      stock_keeper_commands_in_flight_max: 4000,
      stock_keeper_resident_skus: 2,
      stock_keeper_resident_orders: 1,
      stock_keeper_resident_bytes: 9000,
      stock_keeper_owner: 1,
    });
    keeper.role = 'standby';
    expect(await samples()).toMatchObject({ stock_keeper_owner: 0 });
  });

  it('counts what is observed', async () => {
    const { metrics, samples } = await server();
    const error = new Error('as planned');
    const seen: Observation[] = [
      { kind: 'batch_committed', entries: 100, commitMs: 40, waiting: 7 },
      { kind: 'batch_failed', result: 'aborted', entries: 3, behind: 2, error },
      { kind: 'load_failed', error },
      { kind: 'commit_settled', committed: true },
      { kind: 'gave_up', command: 'place', attempts: 8, error },
      { kind: 'orders_expired', orders: 5 },
      { kind: 'sweep_failed', error },
      { kind: 'ownership_taken', epoch: 3, outlasted: false, tookMs: 2 },
      { kind: 'ownership_lost', reason: 'as planned' },
      { kind: 'ownership_sought', error },
      { kind: 'quarantined', skuId: 'A', orderId: null, cartId: null, reason: 'as planned' },
      { kind: 'standing_by' },
    ];
    for (const observation of seen) metrics.observe(observation);
    expect(await samples()).toMatchObject({
      'stock_keeper_batches_total{result="committed"}': 1,
      'stock_keeper_batches_total{result="aborted"}': 1,
      'stock_keeper_batch_entries_bucket{le="64"}': 0,
      'stock_keeper_batch_entries_bucket{le="256"}': 1,
      'stock_keeper_commit_seconds_bucket{le="0.01"}': 0,
      'stock_keeper_commit_seconds_bucket{le="0.05"}': 1,
      stock_keeper_next_batch_entries: 7,
      stock_keeper_entries_decided_again_total: 5,
      stock_keeper_loads_failed_total: 1,
      stock_keeper_commits_settled_total: 1,
      stock_keeper_gave_up_total: 1,
      stock_keeper_orders_expired_total: 5,
      stock_keeper_sweeps_failed_total: 1,
      stock_keeper_ownership_taken_total: 1,
      stock_keeper_ownership_lost_total: 1,
      stock_keeper_ownership_sought_total: 1,
      stock_keeper_quarantined_total: 1,
    });
  });
});

describe('an observer that fails', () => {
  it('is reported, and harms neither the others nor the one who tells', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const heard: string[] = [];
    const observe = tellAll(
      () => {
        throw new Error('broken observer');
      },
      ({ kind }) => heard.push(kind),
    );
    observe({ kind: 'standing_by' });
    expect(heard).toEqual(['standing_by']);
    expect(warned).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ message: 'broken observer' }));
    warned.mockRestore();
  });
});
