/** The process: settings from the environment, one ready line on stdout, and a way out by SIGTERM or SIGINT. */
import type { AddressInfo } from 'node:net';
import { startApp } from './app.ts';
import { usage } from './cli/usage.ts';
import { readConfig } from './config.ts';
import { holdKeys } from './keys/hold-keys.ts';
import { LogSink } from './lib/log-sink.ts';
import { connectionsWithin, openFilesMax } from './lib/open-files.ts';
import { openWayOut } from './lib/way-out.ts';
import { keepGarbageYoung } from './lib/young-garbage.ts';
import { createLog } from './log.ts';

/**
 * Everything accepted is answered within this time, milliseconds. Otherwise the process ends without answering the
 * rest.
 */
const DRAIN_MS = 9000;

const DAY_MS = 24 * 60 * 60 * 1000;

const args = process.argv.slice(2);
if (args.length > 0) {
  const isAsked = args.length === 1 && (args[0] === '--help' || args[0] === '-h');
  const text = usage('npm start', (tool) => `npm run ${tool}`);
  if (isAsked) process.stdout.write(text);
  else process.stderr.write(`Stock Keeper takes no arguments, and got ${JSON.stringify(args.join(' '))}.\n\n${text}`);
  process.exit(isAsked ? 0 : 2);
}
keepGarbageYoung();
const read = readConfig(process.env);
if (!read.ok) {
  process.stderr.write(`Stock Keeper does not start:\n${read.faults.map((fault) => `  ${fault}\n`).join('')}`);
  process.exit(2);
}
const { config } = read;
const sink = new LogSink(process.stderr);
const log = createLog(config.logLevel, sink);
process.stdout.on('error', (error) => log.warn({ err: error }, 'stdout is closed: what is said there is lost'));
const filesMax = openFilesMax();
const connectionsMax = Math.min(config.connectionsMax, connectionsWithin(filesMax));
if (connectionsMax < config.connectionsMax) {
  const facts = { asked: config.connectionsMax, connectionsMax, filesMax };
  log.warn(facts, 'CONNECTIONS_MAX is lowered: this process may have no more files open (ulimit -n)');
}
const keys = config.apiKeys === null ? null : holdKeys(config.apiKeys, log);
try {
  const app = await startApp({
    database: config.database,
    log,
    sink,
    access: { keys, perKey: config.ratePerKey, perAddress: config.ratePerAddress },
    limits: { residentsMax: config.residentsMax },
    defaultFreight: config.defaultFreight,
    cartIdleMs: config.cartIdleDays * DAY_MS,
    server: { connectionsMax, eventLoopDelayMaxMs: config.eventLoopDelayMaxMs },
  });
  openWayOut({
    // With API keys, SIGHUP reads them again.
    signals: ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGUSR2', ...(keys === null ? (['SIGHUP'] as const) : [])],
    withinMs: DRAIN_MS,
    log,
    close: async () => {
      await app.close();
      await sink.end();
    },
  });
  await app.server.listen({ host: config.host, port: config.port });
  const address = addressOf(app.server.server.address());
  let isReady = app.ownership.role === 'owner';
  const say = (state: string) => process.stdout.write(`Stock Keeper ${state} on ${address}\n`);
  say(isReady ? 'is ready' : 'stands by');
  const taken = () => {
    if (!isReady) say('is ready');
    isReady = true;
  };
  app.ownership.follow({ lost: () => {}, taken });
  app.ownership.failed.catch((error: unknown) => {
    log.fatal({ err: error }, 'this process can never own the database again, and stops');
    void app.close().finally(() => process.exit(1));
  });
} catch (error) {
  process.stderr.write(`Stock Keeper does not start: ${whyNotStarted(error)}\n`);
  process.exit(1);
}

/** What keeps it from listening, and what to do about it. Other errors say so themselves. */
function whyNotStarted(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  const { host, port } = config;
  if (code === 'EADDRINUSE') return `something else listens on ${host}:${port}: end that, or set PORT to another one`;
  if (code === 'EACCES') return `this user may not listen on ${host}:${port}: set PORT to one from 1024 on`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${host} is no address of this machine: set HOST to one`;
  return error instanceof Error ? error.message : String(error);
}

function addressOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') return String(address);
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
