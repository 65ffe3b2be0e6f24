/** Answers of a hundred kilobytes, remembered under one idempotency key after the other: what is in memory stays bounded in bytes. */
import { orderRequest } from '../../support/shop-client.ts';
import type { Ground, Trial } from './fault.ts';

const LINES = 500;
const AT_ONCE = 20;
/** What docs/operating.md says that answers under keys may take. */
const KEYS_BYTES_MAX = 16_000_000;

/** A cancelled order of 500 lines, cancelled again under so many keys; then the first of them once more. */
export async function rememberLongAnswers(trial: Trial, ground: Ground, url: string): Promise<void> {
  const keys = trial.size === 'short' ? 400 : 5000;
  const client = ground.client(url);
  const lines = Object.fromEntries(Array.from({ length: LINES }, (_, at) => [`long-${at}`, 1]));
  await client.stock(1, ...Object.keys(lines));
  await client.ask(orderRequest('long', lines));
  const cancel = (key: number) =>
    client.ask({
      method: 'POST',
      path: '/orders/long/cancel',
      headers: { 'idempotency-key': `long-${key}` },
    });
  const first = await cancel(0);
  const before = await residentBytes(url);
  let next = 1;
  const different: string[] = [];
  const worker = async () => {
    for (let key = next++; key < keys; key = next++) {
      const reply = await cancel(key);
      if (reply.text !== first.text) different.push(`under key ${key} it was answered ${reply.status}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const grown = (await residentBytes(url)) - before;
  trial.check('I4', different);
  trial.demand('I10', grown <= KEYS_BYTES_MAX, `${keys} answers of ${first.text.length} bytes took ${grown} in memory`);
  const again = await cancel(0);
  trial.demand('I4', again.replayed && again.text === first.text, 'the first answer was not given again');
  trial.note(`${keys} keys over answers of ${first.text.length} bytes: memory grew by ${grown} bytes`);
}

async function residentBytes(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^stock_keeper_resident_bytes (\S+)$/m.exec(text)?.[1]);
}
