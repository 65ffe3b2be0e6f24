/** An adapter for a shop that is reached over HTTP. Each function says which request to make. */
import type { LineRequest } from '../shop/orders/order.ts';
import { AdapterFault, type OpenedSku, type OrderAsked, type ShopAdapter } from './adapter.ts';

/** A request to the shop. */
export interface HttpCall {
  /** `POST` by default, `GET` for reads. */
  readonly method?: string;
  /** The path below `url`; it begins with a slash. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request, and where its answer has the number. */
export interface HttpRead extends HttpCall {
  /** The number of units in the answered JSON. You may give the parameter the type of your shop's answer. */
  read(body: unknown): number;
}

/** What the shop answered. */
export interface HttpReply {
  readonly status: number;
  /** JSON if it is JSON, otherwise the text. */
  readonly body: unknown;
}

/** The requests of a shop. `ShopAdapter` says what each one means and which are optional. */
export interface HttpShop {
  /** Address of the shop, e.g. `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Sent with every request, e.g. `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Requests that create the SKUs. They are made one after another, and each must be answered 2xx. */
  open(skus: readonly OpenedSku[]): readonly HttpCall[];
  place(order: OrderAsked): HttpCall;
  /**
   * The id that the shop gave the order, read from the answer to `place`, if the shop gives ids of its own. You may
   * type the parameter as for `read`.
   */
  placedId?(body: unknown): string;
  cancel(orderId: string): HttpCall;
  stock(skuId: string): HttpRead;
  confirm?(orderId: string): HttpCall;
  expire?(orderId: string): HttpCall;
  ship?(orderId: string): HttpCall;
  return?(orderId: string, lines: readonly LineRequest[]): HttpCall;
  sales?(skuId: string): HttpRead;
  productSales?(productId: string): HttpRead;
  restart?(): Promise<void>;
  /** Whether the shop said no. By default 402, 404, 409, 410, 412, 422 and 423 do. */
  isRefusal?(reply: HttpReply): boolean;
}

const REFUSALS = [402, 404, 409, 410, 412, 422, 423];
/** These mean "ask again": nobody knows whether it happened. */
const UNKNOWN = [408, 425, 429];

/**
 * Makes an adapter of requests. 2xx means done, and a refusal means refused. 5xx, 408, 425, 429 and a broken connection
 * mean "not known whether it happened". Any other status is a fault of the adapter, because no shop answers a correct
 * call like that.
 */
export function httpAdapter(shop: HttpShop): ShopAdapter {
  const ask = (call: HttpCall, method = 'POST') => request(shop, { method, ...call });
  /** The ids that the shop gave, if it gives ids. It knows no order by another id. */
  const ids = new Set<string>();
  const step = async (orderId: string, callOf: (orderId: string) => HttpCall) => {
    if (shop.placedId !== undefined && !ids.has(orderId)) return 'refused';
    return (await settled(shop, callOf(orderId))) === null ? 'refused' : 'done';
  };
  const number = async (call: HttpRead) => {
    const reply = await ask(call, 'GET');
    if (!isSuccess(reply)) throw new AdapterFault(`GET ${call.path} was answered ${textOf(reply)}`);
    return call.read(reply.body);
  };
  const { confirm, expire, ship, return: takeBack, sales, productSales, restart } = shop;
  return {
    async open({ skus }) {
      ids.clear();
      for (const call of shop.open(skus)) {
        const reply = await ask(call);
        if (!isSuccess(reply)) throw new AdapterFault(`${call.path} was answered ${textOf(reply)}`);
      }
    },
    async place(order) {
      const reply = await settled(shop, shop.place(order));
      if (reply === null) return 'refused';
      if (shop.placedId === undefined) return 'placed';
      const orderId = shop.placedId(reply.body);
      ids.add(orderId);
      return { orderId };
    },
    cancel: (orderId) => step(orderId, (id) => shop.cancel(id)),
    stock: (skuId) => number(shop.stock(skuId)),
    ...(confirm && { confirm: (orderId) => step(orderId, (id) => confirm.call(shop, id)) }),
    ...(expire && { expire: (orderId) => step(orderId, (id) => expire.call(shop, id)) }),
    ...(ship && { ship: (orderId) => step(orderId, (id) => ship.call(shop, id)) }),
    ...(takeBack && { return: (orderId, lines) => step(orderId, (id) => takeBack.call(shop, id, lines)) }),
    ...(sales && { sales: (skuId) => number(sales.call(shop, skuId)) }),
    ...(productSales && { productSales: (productId) => number(productSales.call(shop, productId)) }),
    ...(restart && { restart: () => restart.call(shop) }),
  };
}

/** The answer to a call that succeeded, `null` for a refusal. Rejects when it is not known whether it happened. */
async function settled(shop: HttpShop, call: HttpCall): Promise<HttpReply | null> {
  const reply = await request(shop, { method: 'POST', ...call });
  if (isSuccess(reply)) return reply;
  if (shop.isRefusal?.(reply) ?? REFUSALS.includes(reply.status)) return null;
  if (reply.status >= 500 || UNKNOWN.includes(reply.status)) throw new Error(`answered ${textOf(reply)}`);
  throw new AdapterFault(`${call.path} was answered ${textOf(reply)}`);
}

async function request({ url, headers }: HttpShop, call: HttpCall): Promise<HttpReply> {
  const hasBody = call.body !== undefined;
  const response = await fetch(`${url.replace(/\/$/, '')}${call.path}`, {
    method: call.method ?? 'POST',
    headers: { ...(hasBody ? { 'content-type': 'application/json' } : {}), ...headers, ...call.headers },
    ...(hasBody ? { body: JSON.stringify(call.body) } : {}),
  });
  const text = await response.text();
  return { status: response.status, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const isSuccess = ({ status }: HttpReply): boolean => status >= 200 && status < 300;

function textOf({ status, body }: HttpReply): string {
  return `${status} ${typeof body === 'string' ? body : JSON.stringify(body)}`.slice(0, 500);
}
