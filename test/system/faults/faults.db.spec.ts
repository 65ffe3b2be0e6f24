/** All rows of the table of faults. */
import { shortForm } from './short-form.ts';

await shortForm(() => true);
