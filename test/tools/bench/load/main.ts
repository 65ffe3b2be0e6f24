/**
 * The process that makes a load: `node main.ts <url> '<LoadOptions as JSON>'`. Prints the line `measuring` when the warm-up is over, then the
 * `LoadResult` as one line of JSON.
 */
import type { LoadOptions } from '../way.ts';
import { basketsOf } from './baskets.ts';
import { HttpShop } from './http-shop.ts';
import { runLoad } from './run-load.ts';
import { askingOf } from './workloads.ts';

const [, , url = '', json = ''] = process.argv;
const options = JSON.parse(json) as LoadOptions;
const asking = askingOf(options.workload, options.prefix, await basketsOf(options.workload));
await using shop = await HttpShop.open(url, options.connections);
const result = await runLoad(shop, asking, options, () => console.log('measuring'));
console.log(JSON.stringify(result));
