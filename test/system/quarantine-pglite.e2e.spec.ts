/** A SKU's row changed by hand, in the folder of the embedded database. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { embeddedFolder } from '../support/embedded.ts';
import { runVerify } from '../support/run-verify.ts';
import { isRepaired, servesTheOthers, shopThatWas, TEAR } from './torn-shop.ts';

describe('a SKU whose row was changed by hand', () => {
  it('is quarantined while all others serve, and repaired once the service is stopped', async () => {
    const dataDir = await embeddedFolder({ defer: onTestFinished });
    const env = { DATA_DIR: dataDir };
    await shopThatWas(env);
    const database = await openDatabase({ dataDir });
    await database.query(TEAR, []);
    await database.close();
    const { service } = await servesTheOthers(env);

    // Nobody may even look beside it.
    const refused = await runVerify(env);
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain(`in use by process ${service.pid} since`);
    expect(refused.err).toContain('stop that one, verify, and start it again');
    expect(await service.stop()).toBe(0);
    await isRepaired(env);
  });
});
