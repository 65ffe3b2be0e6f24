/**
 * Stock in Redis, decided by a Lua script: one at a time in the server, made durable with `appendfsync always` before it is answered. Order, lines and
 * ledger are written by the same script, as hashes and lists.
 */
import { createClient, defineScript } from '@redis/client';
import type { Order } from '../../../../src/shop/orders/order.ts';
import { serve } from './serve.ts';
import { asCancelled } from './sql.ts';

/** ARGV: the order's id, its JSON, the time, then SKU and quantity of each line. Answers what is short, nothing when it is placed. */
const PLACE = defineScript({
  NUMBER_OF_KEYS: 0,
  SCRIPT: `local short = {}
for i = 4, #ARGV, 2 do
  local sku = redis.call('hmget', 'sku:' .. ARGV[i], 'on_hand', 'reserved', 'version')
  local available = sku[1] - sku[2]
  if tonumber(ARGV[i + 1]) > available then
    short[#short + 1] = ARGV[i]
    short[#short + 1] = ARGV[i + 1]
    short[#short + 1] = tostring(available)
    short[#short + 1] = sku[3]
  end
end
if #short > 0 then return short end
redis.call('hset', 'order:' .. ARGV[1], 'status', 'confirmed', 'json', ARGV[2])
for i = 4, #ARGV, 2 do
  local key = 'sku:' .. ARGV[i]
  local reserved = redis.call('hincrby', key, 'reserved', ARGV[i + 1])
  local sales = redis.call('hincrby', key, 'sales', ARGV[i + 1])
  local version = redis.call('hincrby', key, 'version', 1)
  redis.call('rpush', 'lines:' .. ARGV[1], ARGV[i], ARGV[i + 1])
  redis.call('rpush', 'movements:' .. ARGV[i], version .. ' reserved ' .. ARGV[i + 1] .. ' ' .. reserved .. ' ' .. sales .. ' ' .. ARGV[1] .. ' ' .. ARGV[3])
end
return short`,
  parseCommand: (parser, ...args: string[]) => parser.push(...args),
  transformReply: (reply: unknown) => reply as string[],
});

/** ARGV: the order's id, the time. Answers the order's JSON as it was placed, and when it was cancelled: by this call or by one before. */
const CANCEL = defineScript({
  NUMBER_OF_KEYS: 0,
  SCRIPT: `local order = redis.call('hmget', 'order:' .. ARGV[1], 'status', 'json', 'cancelled_at')
if not order[1] then return {} end
if order[1] == 'cancelled' then return {order[2], order[3]} end
redis.call('hset', 'order:' .. ARGV[1], 'status', 'cancelled', 'cancelled_at', ARGV[2])
local lines = redis.call('lrange', 'lines:' .. ARGV[1], 0, -1)
for i = 1, #lines, 2 do
  local key = 'sku:' .. lines[i]
  local reserved = redis.call('hincrby', key, 'reserved', -lines[i + 1])
  local sales = redis.call('hincrby', key, 'sales', -lines[i + 1])
  local version = redis.call('hincrby', key, 'version', 1)
  redis.call('rpush', 'movements:' .. lines[i], version .. ' released ' .. lines[i + 1] .. ' ' .. reserved .. ' ' .. sales .. ' ' .. ARGV[1] .. ' ' .. ARGV[2])
end
return {order[2], ARGV[2]}`,
  parseCommand: (parser, ...args: string[]) => parser.push(...args),
  transformReply: (reply: unknown) => reply as string[],
});

const client = createClient({ url: process.env['REDIS_URL'] ?? '', scripts: { place: PLACE, cancel: CANCEL } });
await client.connect();

await serve({
  async place(order) {
    const lines = order.lines.flatMap(({ skuId, quantity }) => [skuId, String(quantity)]);
    const short = await client.place(order.id, JSON.stringify(order), String(order.createdAt), ...lines);
    if (short.length === 0) return null;
    return Array.from({ length: short.length / 4 }, (_, i) => ({
      skuId: short[4 * i] ?? '',
      requested: Number(short[4 * i + 1]),
      available: Number(short[4 * i + 2]),
      version: Number(short[4 * i + 3]),
    }));
  },
  async cancel(orderId, at) {
    const [json, cancelledAt] = await client.cancel(orderId, String(at));
    return json === undefined ? null : asCancelled(JSON.parse(json) as Order, Number(cancelledAt));
  },
});
