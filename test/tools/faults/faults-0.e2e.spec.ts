/** The rows of the table of faults that four divides. */
import { shortForm } from './short-form.ts';

await shortForm(0);
