/** The odd rows of the table of faults. */
import { shortForm } from './short-form.ts';

await shortForm((row) => row % 2 === 1);
