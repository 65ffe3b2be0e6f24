/** A database behind a wire of our own. */
import { Wire } from '../../support/proxy.ts';
import type { Ground, Trial } from './fault.ts';

/** A fresh database whose services reach it through the wire, and whoever looks on goes around it. Ends with the trial. */
export async function wired(trial: Trial): Promise<{ readonly wire: Wire; readonly ground: Ground }> {
  const { url } = await trial.ground();
  const wire = await Wire.open(url);
  trial.defer(() => wire[Symbol.asyncDispose]());
  return { wire, ground: trial.groundAt(wire.url, url) };
}
