/**
 * Which Node this package needs. It is plain JavaScript that any Node can run, because a Node that is too old must be
 * able to read it.
 */

/** The oldest version that will do, the same as in `engines` of the package. */
export const OLDEST_NODE = '22.18';

/**
 * What to tell a person who runs an older Node; `null` when this one will do.
 * @param {string} [running]
 * @returns {string | null}
 */
export function nodeFault(running = process.versions.node) {
  const [major = 0, minor = 0] = running.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split('.').map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return null;
  return (
    `Stock Keeper needs Node ${OLDEST_NODE} or later, and this is Node ${running} (${process.execPath}). ` +
    'Install a newer Node (https://nodejs.org), and then run npm install again: npm leaves packages out that the older one cannot run.'
  );
}
