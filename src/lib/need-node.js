/**
 * Imported first by the modules that other programs import. On a Node that is too old, it throws before a module is
 * loaded that would fail with a less clear message.
 */
import { nodeFault } from './node-version.js';

const fault = nodeFault();
if (fault !== null) throw new Error(fault);
