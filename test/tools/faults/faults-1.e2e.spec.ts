/** The rows of the table of faults with a rest of 1 by four. */
import { shortForm } from './short-form.ts';

await shortForm(1);
