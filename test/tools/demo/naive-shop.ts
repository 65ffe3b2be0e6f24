/**
 * The shop of the demonstration, as many are: each handler reads, checks and writes, in a statement each. Asked one thing after another, it is
 * always right. It has those routes of the service that the races need; what stands between `#region` and `#endregion` is shown by the demonstration.
 */
import fastify, { type FastifyReply } from 'fastify';
import pg from 'pg';

interface Line {
  readonly skuId: string;
  readonly quantity: number;
}

interface ById {
  readonly Params: { readonly id: string };
}

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
const app = fastify();

async function sql<T extends object = object>(text: string, values: unknown[]): Promise<T[]> {
  return (await pool.query<T>(text, values)).rows;
}

/** The row that a statement finds. */
async function row<T extends object>(text: string, values: unknown[]): Promise<T> {
  const [found] = await sql<T>(text, values);
  if (found === undefined) throw new Error(`nothing found: ${text}`);
  return found;
}

const readSku = (id: string) =>
  row<{ stock: number; productId: string | null }>('select stock, product_id as "productId" from skus where id = $1', [
    id,
  ]);
const readProduct = (id: string) => row<{ sales: number }>('select sales from products where id = $1', [id]);
const readOrder = (id: string) =>
  row<{ status: string; lines: Line[] }>('select status, lines from orders where id = $1', [id]);
const readCart = async (id: string): Promise<Line[]> =>
  (await sql<{ lines: Line[] }>('select lines from carts where id = $1', [id]))[0]?.lines ?? [];

const insertOrder = (id: string, lines: readonly Line[]) =>
  sql(`insert into orders (id, status, lines) values ($1, 'placed', $2)`, [id, JSON.stringify(lines)]);
const writeCart = (id: string, lines: readonly Line[]) =>
  sql('insert into carts (id, lines) values ($1, $2) on conflict (id) do update set lines = $2', [
    id,
    JSON.stringify(lines),
  ]);
const outOfStock = (reply: FastifyReply) => reply.code(409).send({ code: 'insufficient_stock' });

app.post<{ Body: { id: string; productId?: string; onHand: number } }>('/skus', async ({ body }, reply) => {
  const { id, productId = null, onHand } = body;
  if (productId !== null)
    await sql('insert into products (id, sales) values ($1, 0) on conflict do nothing', [productId]);
  await sql('insert into skus (id, product_id, stock) values ($1, $2, $3)', [id, productId, onHand]);
  return reply.code(201).send({ id });
});

app.get<ById>('/skus/:id', async ({ params: { id } }) => ({ id, available: (await readSku(id)).stock }));
app.get<ById>('/products/:id', async ({ params: { id } }) => ({ id, ...(await readProduct(id)) }));
app.get<ById>('/carts/:id', async ({ params: { id } }) => ({ id, lines: await readCart(id) }));

app.post<{ Body: { id: string; lines: [Line] } }>('/orders', async ({ body }, reply) => {
  const { id, lines } = body;
  const [{ skuId, quantity }] = lines;
  // #region oversell
  const sku = await readSku(skuId);
  if (sku.stock < quantity) return outOfStock(reply);
  await sql('update skus set stock = stock - $2 where id = $1', [skuId, quantity]);
  // #endregion
  await insertOrder(id, lines);
  if (sku.productId !== null) {
    // #region sales
    const product = await readProduct(sku.productId);
    const sales = product.sales + quantity;
    await sql('update products set sales = $2 where id = $1', [sku.productId, sales]);
    // #endregion
  }
  return reply.code(201).send({ id });
});

app.post<ById>('/orders/:id/cancel', async ({ params: { id } }) => {
  // #region cancel
  const order = await readOrder(id);
  if (order.status === 'cancelled') return order;
  await sql(`update orders set status = 'cancelled' where id = $1`, [id]);
  for (const { skuId, quantity } of order.lines) {
    await sql('update skus set stock = stock + $2 where id = $1', [skuId, quantity]);
  }
  // #endregion
  return readOrder(id);
});

app.put<{ Params: { id: string; skuId: string }; Body: { quantity: number } }>(
  '/carts/:id/lines/:skuId',
  async ({ params: { id, skuId }, body: { quantity } }) => {
    // #region cart
    const lines = await readCart(id);
    const others = lines.filter((line) => line.skuId !== skuId);
    await writeCart(id, [...others, { skuId, quantity }]);
    // #endregion
    return { id, lines: await readCart(id) };
  },
);

app.post<ById & { Body: { orderId: string } }>('/carts/:id/checkout', async ({ params: { id }, body }, reply) => {
  // #region checkout
  const lines = await readCart(id);
  for (const { skuId, quantity } of lines) {
    if ((await readSku(skuId)).stock < quantity) return outOfStock(reply);
  }
  await writeCart(id, []);
  for (const { skuId, quantity } of lines) {
    const text = 'update skus set stock = stock - $2 where id = $1 and stock >= $2 returning id';
    const taken = await sql(text, [skuId, quantity]);
    if (taken.length === 0) return outOfStock(reply);
  }
  await insertOrder(body.orderId, lines);
  // #endregion
  return reply.code(201).send({ id: body.orderId });
});

// As the service says it, so that it is started as the service is.
console.log(`Stock Keeper is ready on ${await app.listen({ host: '127.0.0.1', port: 0 })}`);
