/** Imported first by what other programs import: on a Node that is too old it throws before anything is loaded that would fail in words of its own. */
import { nodeFault } from './node-version.js';

const fault = nodeFault();
if (fault !== null) throw new Error(fault);
