/** README, and two documents after it, read from top to bottom: their requests are sent in this order to one service, which answers as they say. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../../src/http/server.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { MemoryStore } from '../support/memory-store.ts';

const ROOT = new URL('../../', import.meta.url);
const DOCUMENTS = ['README.md', 'docs/shop.md', 'docs/operating.md'];
const README = DOCUMENTS.map((name) => readFileSync(new URL(name, ROOT), 'utf8')).join('\n');
const ALL =
  README + readdirSync(new URL('docs', ROOT)).map((name) => readFileSync(new URL(`docs/${name}`, ROOT), 'utf8'));
const BLOCKS = Array.from(README.matchAll(/^```(sh|console)\n(.*?)^```$/gms), ([, kind = '', text = '']) => ({
  kind,
  text,
}));

interface Step {
  /** As it is typed, which may be several commands at once. */
  readonly command: string;
  /** Lines that README shows below it; `null` where it shows none. */
  readonly shown: readonly string[] | null;
}

/** What a person types in a block, without comments. */
function stepsOf({ kind, text }: (typeof BLOCKS)[number]): Step[] {
  const lines = text.replaceAll('\\\n', ' ').split('\n');
  if (kind === 'sh') {
    const typed = lines.map((line) => line.replace(/(^| +)#.*/, '')).filter((line) => line !== '');
    return typed.map((command) => ({ command, shown: null }));
  }
  return text
    .replaceAll('\\\n', ' ')
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [command = '', ...shown] = step.trimEnd().split('\n');
      return { command, shown };
    });
}

const STEPS = BLOCKS.flatMap(stepsOf);

/** The words of a shell's command, of which quotes and spaces are all that is understood. */
const wordsOf = (command: string): string[] =>
  Array.from(
    command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g),
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );

/** Does what `curl` would; an option that it does not know is an error. */
async function curl(command: string, service: string): Promise<{ status: number; body: string }> {
  const [, ...words] = wordsOf(command);
  const init = { method: undefined as string | undefined, headers: new Headers(), body: null as string | null };
  let url = '';
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-s') continue;
    if (word === '-X') init.method = words.shift();
    else if (word === '-d') init.body = words.shift() ?? '';
    else if (word === '-H') {
      const [name = '', value = ''] = (words.shift() ?? '').replace('sk_…', 'sk_x').split(/: */);
      init.headers.set(name, value);
    } else if (word.startsWith('localhost:3000/')) url = service + word.slice('localhost:3000'.length);
    else throw new Error(`${command}: nobody knows what ${word} is`);
  }
  const method = init.method ?? (init.body === null ? 'GET' : 'POST');
  const answer = await fetch(url, { method, headers: init.headers, body: init.body });
  return { status: answer.status, body: await answer.text() };
}

/** Without what is another each time. */
const lasting = (body: string): string =>
  body.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>').replace(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, '<uuid>');

const store = new MemoryStore();
const keeper = new Keeper({ store, lists: store });
let server: Awaited<ReturnType<typeof buildServer>>;
let url: string;

beforeAll(async () => {
  server = await buildServer({ keeper, logger: false });
  url = await server.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server.close();
  await keeper.close();
});

describe('the requests of the documents, typed one after another', () => {
  const requests = STEPS.filter(({ command }) => command.includes('curl '));

  it('are all that it shows', () => {
    expect(requests.length).toBeGreaterThan(6);
    expect(README.match(/^(?:\$ )?curl /gm)).toHaveLength(requests.length);
  });

  it.each(requests)('are answered as it says: $command', async ({ command, shown }) => {
    const asked = command.split(/ & |; wait/).filter((part) => part.includes('curl'));
    const answers = await Promise.all(asked.map((part) => curl(part, url)));
    if (shown === null) expect(answers.map(({ status }) => status).filter((status) => status >= 300)).toEqual([]);
    else expect(answers.map(({ body }) => lasting(body))).toEqual(shown.map(lasting));
  });
});

describe('the other commands of the documents', () => {
  it('are there to be run', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(
      readFileSync(new URL('package.json', ROOT), 'utf8'),
    );
    const named = Array.from(ALL.matchAll(/\bnpm run (?:--silent )?([\w:]+)/g), ([, name = '']) => name);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
    const files = Array.from(ALL.matchAll(/\bnode ((?:src|test)\/[\w./-]+\.ts)/g), ([, name = '']) => name);
    expect(files.filter((name) => !existsSync(fileURLToPath(new URL(name, ROOT))))).toEqual([]);
  });
});
