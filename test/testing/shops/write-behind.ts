/** Planted: it answers before what it did is written. */
import { Locked } from './locked.ts';
import { statement } from './rows.ts';

export class WriteBehind extends Locked {
  protected override async save(): Promise<void> {
    const { books } = this;
    const text = JSON.stringify(books);
    void statement().then(() => {
      if (books === this.books) this.disk = text;
    });
  }
}
