/** The rows of the table of faults with a rest of 3 by four. */
import { shortForm } from './short-form.ts';

await shortForm(3);
