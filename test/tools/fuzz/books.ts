/** What the database writes down of itself: triggers note every row that is written, so that each answer can be held against what it wrote. */
import pg from 'pg';
import { checkLaws } from '../../support/laws.ts';

export interface Write {
  readonly table: string;
  readonly op: 'INSERT' | 'UPDATE' | 'DELETE';
  /** After the write; before it, of a deletion. Columns as they are named in SQL. */
  readonly row: Readonly<Record<string, unknown>>;
}

/** Tables that the service writes for itself, whatever is asked. */
const OWN_AFFAIRS = ['mikro_orm_migrations', 'writers', 'epochs', 'database_identity', 'written'];

const NOTE = `
  create unlogged table written (seq bigserial primary key, name text not null, op text not null, content jsonb not null);
  create function note_write() returns trigger language plpgsql as $$ begin
    insert into written (name, op, content)
      values (tg_table_name, tg_op, case tg_op when 'DELETE' then to_jsonb(old) else to_jsonb(new) end);
    return null;
  end $$;
  do $$ declare t text; begin
    for t in select tablename from pg_tables where schemaname = 'public' and tablename <> all ('{${OWN_AFFAIRS.join(',')}}') loop
      execute format('create trigger note_write after insert or update or delete on %I for each row execute function note_write()', t);
    end loop;
  end $$`;

export class Books implements AsyncDisposable {
  readonly #client: pg.Client;
  #read = '0';

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  /** Begins to note what is written. The database must be migrated, and no one's but the service's. */
  static async open(url: string): Promise<Books> {
    const client = new pg.Client({ connectionString: url, application_name: 'books' });
    client.on('error', () => {});
    await client.connect();
    await client.query("set time zone 'UTC'");
    await client.query(NOTE);
    return new Books(client);
  }

  /** What was written since it was asked last, in order. */
  async harvest(): Promise<Write[]> {
    const { rows } = await this.#client.query<Write & { seq: string }>({
      name: 'harvest',
      text: 'select seq, name as "table", op, content as row from written where seq > $1 order by seq',
      values: [this.#read],
    });
    this.#read = rows.at(-1)?.seq ?? this.#read;
    return rows;
  }

  laws(): Promise<string[]> {
    return checkLaws(async (sql) => (await this.#client.query<Record<string, unknown>>(sql)).rows);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end();
  }
}
