/** Planted: it answers before what it did is written, if only just. */
import { Locked } from './locked.ts';

export class WriteBehind extends Locked {
  protected override async save(): Promise<void> {
    const { books } = this;
    const text = JSON.stringify(books);
    setImmediate(() => {
      if (books === this.books) this.disk = text;
    });
  }
}
