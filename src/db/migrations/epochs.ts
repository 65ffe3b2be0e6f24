/** One owner of the database at a time, told by its epoch; takes the place of the list of writers. */
import { Migration } from '@mikro-orm/migrations';

export class Epochs extends Migration {
  override up(): void {
    this.addSql(`create table "epochs" (
      "epoch" bigint not null,
      "owner" uuid not null,
      "instance" text not null,
      "batch" bigint not null,
      "began_at" timestamptz(3) not null,
      "ended_at" timestamptz(3) null,
      primary key ("epoch")
    )`);
    this.addSql('drop table "writers"');
  }
}
