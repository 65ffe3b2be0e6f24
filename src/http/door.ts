/** What the HTTP door stands on: the keeper behind it, and the Fastify instance that its routes are put on. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { Keeper } from '../keeper/keeper.ts';

/** The part of the keeper that is open to HTTP. */
export type KeeperDoor = Pick<Keeper, 'ask' | 'lists' | 'readiness' | 'role' | 'load' | 'waiting'>;

/** A Fastify instance whose routes take their types from their schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
