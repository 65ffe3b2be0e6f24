/** Properties have their seed in their names, and a test of another name is not asked of a planted bug: here they all have one seed. */
import fc from 'fast-check';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 1, endOnFailure: true });
