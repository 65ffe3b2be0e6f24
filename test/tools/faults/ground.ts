/** A database under test with all that was asked of the services on it. Starts recording when the first client is made; `end` closes everything, the last one first. */
import pg from 'pg';
import type { Query } from '../../support/laws.ts';
import { checkLaws } from '../../support/laws.ts';
import { type Service, type ServiceEnv, type ServiceOptions, startService } from '../../support/service.ts';
import type { ShopClient } from '../../support/shop-client.ts';
import { SqlSession } from '../../support/sql.ts';
import { certify } from '../histories/certificate.ts';
import { History } from '../histories/history.ts';
import type { AuditOptions, Ground, Trial } from './fault.ts';
import { DEADLINE_MS, TimedClient, Timing } from './timed-client.ts';

/** Where the database is, and how it is read while nobody else may. */
export interface Place {
  readonly env: ServiceEnv;
  /** `null` for the embedded one. */
  readonly url: string | null;
  read<T>(work: (query: Query) => Promise<T>): Promise<T>;
}

/** The place of a PostgreSQL database; `direct` is the way to it for those who look on. */
export function postgresPlace(url: string, direct = url): Place {
  return {
    env: { DATABASE_URL: url },
    url: direct,
    async read(work) {
      const client = new pg.Client({ connectionString: direct, application_name: 'test' });
      await client.connect();
      try {
        return await work(async (sql) => (await client.query<Record<string, unknown>>(sql)).rows);
      } finally {
        await client.end();
      }
    },
  };
}

export class RecordedGround implements Ground {
  readonly env: ServiceEnv;
  readonly timing: Timing;
  readonly #history = new History();
  readonly #place: Place;
  readonly #trial: Trial;

  constructor(place: Place, trial: Trial) {
    this.env = { LOG_LEVEL: 'warn', ...place.env };
    this.#place = place;
    this.#trial = trial;
    this.timing = new Timing(DEADLINE_MS[trial.size]);
  }

  get url(): string {
    const { url } = this.#place;
    if (url === null) throw new Error('the embedded database has no address');
    return url;
  }

  async service(env: ServiceEnv = {}, options: ServiceOptions = {}): Promise<Service> {
    const service = await startService({ ...this.env, ...env }, options);
    this.#trial.defer(() => service.kill());
    return service;
  }

  client(url: string, connections?: number): ShopClient {
    const client = new TimedClient(this.timing, this.#history, url, connections);
    this.#trial.defer(() => client[Symbol.asyncDispose]());
    return client;
  }

  async sql(): Promise<SqlSession> {
    const sql = await SqlSession.open(this.url);
    this.#trial.defer(() => sql[Symbol.asyncDispose]());
    return sql;
  }

  read<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.#place.read(work);
  }

  async audit({ foreign = [] }: AuditOptions = {}): Promise<void> {
    await this.read(async (query) => {
      this.#trial.check(['I1', 'I4', 'I5'], await checkLaws(query));
      const { violations } = await certify(this.#history, query, { foreignSkus: foreign });
      this.#trial.check(['I2', 'I3', 'I5', 'I7', 'I8'], violations);
    });
    this.#trial.check('I9', this.timing.takeLate());
  }
}
