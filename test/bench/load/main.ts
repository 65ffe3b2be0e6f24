/**
 * The load process: `node main.ts <url> '<LoadOptions as JSON>'` prints `measuring` when the warm-up is over, and a `LoadResult` as JSON when
 * everything that it asked is answered.
 */
import type { LoadOptions } from '../way.ts';
import { Connection } from './connection.ts';
import { runLoad, type Shop } from './loop.ts';
import { workloadOf } from './workloads.ts';

const [url = '', json = ''] = process.argv.slice(2);
const options = JSON.parse(json) as LoadOptions;
const workload = await workloadOf(options.workload, options.prefix);
const broken: string[] = [];
const connections = Array.from({ length: options.connections }, () => new Connection(url, (what) => broken.push(what)));

/** The text of each order is made once. */
const bodies = new WeakMap<object, string>();
function bodyOf(lines: object): string {
  let body = bodies.get(lines);
  if (body === undefined) {
    body = JSON.stringify({ lines, payment: 'cash_on_delivery' });
    bodies.set(lines, body);
  }
  return body;
}

const shop: Shop = {
  place(shopper, lines, answered) {
    connections[shopper]?.post('/orders', bodyOf(lines), (status, location) =>
      answered(status, location?.slice(8) ?? ''),
    );
  },
  cancel(shopper, orderId, answered) {
    connections[shopper]?.post(`/orders/${orderId}/cancel`, null, answered);
  },
};

const tally = await runLoad(shop, workload, options, () => console.log('measuring'));
for (const what of broken) tally.fault(what);
const result = tally.result();
await Promise.all(connections.map((connection) => connection.close()));
console.log(JSON.stringify(result));
