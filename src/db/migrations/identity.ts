/** The identity of the database: a random id, in the one row of a table of its own, that goes along into each copy of it. */
import { Migration } from '@mikro-orm/migrations';

export class Identity extends Migration {
  override up(): void {
    this.addSql(`create table "database_identity" (
      "single" boolean not null,
      "id" uuid not null,
      "made_at" timestamptz(3) not null,
      primary key ("single"),
      constraint "database_identity_single" check (single)
    )`);
    this.addSql(`insert into "database_identity" ("single", "id", "made_at") values (true, gen_random_uuid(), now())`);
  }
}
