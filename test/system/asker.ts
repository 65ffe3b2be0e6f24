/** A client process: asks what it is told to over IPC, at once, and tells the answer with the times (of the machine's monotonic clock, so that two processes compare). */
import { type Reply, type Request, ShopClient } from '../support/shop-client.ts';

/** What a client process answers. `sent` and `answered` are nanoseconds. */
export interface Told {
  readonly sent: string;
  readonly answered: string;
  readonly reply: Reply;
}

const [url] = process.argv.slice(2);
if (url === undefined || process.send === undefined) throw new Error('to be forked, with the address of the service');
const client = new ShopClient(url, 1);
process.on('message', (request: Request) => {
  const sent = process.hrtime.bigint();
  void client.ask(request).then((reply) => {
    const told: Told = { sent: String(sent), answered: String(process.hrtime.bigint()), reply };
    process.send?.(told);
  });
});
process.once('disconnect', () => process.exit());
process.send('ready');
