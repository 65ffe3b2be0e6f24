/** A process that takes the lock of a folder, says so, and keeps it until its stdin ends. For the tests of the lock. */
import { lockFolder } from '../../src/db/folder-lock.ts';

const lock = await lockFolder(process.argv[2] ?? '');
process.stdout.write('held\n');
process.stdin.resume();
process.stdin.on('end', () => void lock.release());
