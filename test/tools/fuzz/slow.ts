/** Requests whose body stops coming: begun while a run begins, on connections of their own, and answered 15 seconds later. */
import type { Call } from './api.ts';
import type { Request } from './requests.ts';
import { bytesOf, Connection, type Heard } from './wire.ts';

/** One for each call that takes a body. */
export async function lateBodies(url: string, calls: readonly Call[]): Promise<{ request: Request; heard: Heard }[]> {
  return await Promise.all(
    calls
      .filter(({ body }) => body !== null)
      .map(async (call) => {
        const target = `/${call.segments.map((segment) => (segment.startsWith('{') ? 'late' : segment)).join('/')}`;
        const headers = [
          ['content-type', 'application/json'],
          ['content-length', '100'],
          ['idempotency-key', 'late'],
        ] as const;
        const request: Request = { call, method: call.method, target, headers, body: Buffer.from('{') };
        const connection = await Connection.open(url);
        connection.write(bytesOf(request));
        const heard = await connection.next(call.method);
        connection.close();
        return { request, heard };
      }),
  );
}
