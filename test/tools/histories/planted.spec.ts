import { describe, expect, it } from 'vitest';
import { huntByBlackBox, huntByCertificate } from './hunt.ts';
import { HONEST, PLANTS } from './planted.ts';

/** Several times as many as it took when this was written. */
const OPERATIONS_MAX = 4000;

describe('a service that crashes now and then, and keeps its promises', () => {
  it('is certified over a thousand operations', async () => {
    expect((await huntByCertificate(HONEST(), 1000)).violation).toBeNull();
  });

  it('is explained by the stock model over a thousand operations', async () => {
    expect((await huntByBlackBox(HONEST(), 1000)).violation).toBeNull();
  });
});

describe.each(PLANTS)('a service with a planted bug: $bug', ({ grow }) => {
  it('is found by the certificate', async () => {
    expect((await huntByCertificate(grow(), OPERATIONS_MAX)).violation).not.toBeNull();
  });

  it('is found by the search, from the answers alone', async () => {
    expect((await huntByBlackBox(grow(), OPERATIONS_MAX)).violation).not.toBeNull();
  });
});
