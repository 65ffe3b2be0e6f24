/** SIGKILL under load, on the embedded database. */
import { embeddedDatabase } from '../replay/database.ts';
import { killRounds } from './kill-rounds.ts';

killRounds('PGlite', embeddedDatabase);
