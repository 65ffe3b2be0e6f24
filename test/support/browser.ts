/**
 * A real browser for tests: the Chromium of the npm package `@sparticuz/chromium`, with the libraries and fonts that it needs, so that the machine
 * need not have any. It is unpacked once (209 MB), beside the packages. The package has it for Linux on x64; elsewhere it is the Chrome that is there.
 */

import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, createBrotliDecompress } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';

/** To be closed by who opened it; it does not outlive the process. */
export async function openBrowser(): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return chromium.launch({ channel: 'chrome' });
  const home = await unpacked();
  return chromium.launch({
    executablePath: path.join(home, 'chromium'),
    // Its sandbox wants rights that a container or root does not have; it sees our own pages alone.
    args: ['--no-sandbox', '--headless=shell', '--disable-gpu'],
    env: { ...process.env, LD_LIBRARY_PATH: path.join(home, 'lib'), FONTCONFIG_FILE: path.join(home, 'fonts.conf') },
  });
}

/** The folder of the browser. Several may unpack at once: the first to be ready is it. */
async function unpacked(): Promise<string> {
  const packed = path.join(path.dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..');
  const { version } = JSON.parse(await readFile(path.join(packed, 'package.json'), 'utf8')) as { version: string };
  const cache = path.join(packed, '../../.cache');
  const home = path.join(cache, `chromium-${version}`);
  if (existsSync(home)) return home;
  const fresh = path.join(cache, `chromium-${randomUUID()}`);
  const bin = (name: string) => path.join(packed, 'bin', name);
  await mkdir(fresh, { recursive: true });
  await pipeline(
    createReadStream(bin('chromium.br')),
    createBrotliDecompress(),
    createWriteStream(path.join(fresh, 'chromium'), { mode: 0o755 }),
  );
  untar(brotliDecompressSync(await readFile(bin('al2023.tar.br'))), fresh);
  untar(brotliDecompressSync(await readFile(bin('fonts.tar.br'))), fresh);
  await writeFile(path.join(fresh, 'fonts.conf'), fontsIn(path.join(home, 'fonts')));
  try {
    await rename(fresh, home);
  } catch (error) {
    await rm(fresh, { recursive: true });
    if (!existsSync(home)) throw error;
  }
  return home;
}

/** Where no font is found at all, the browser ends at the first character. */
const fontsIn = (folder: string): string =>
  `<?xml version="1.0"?>\n<fontconfig><dir>${folder}</dir><cachedir>${folder}</cachedir></fontconfig>\n`;

function untar(archive: Buffer, folder: string): void {
  const { status, stderr } = spawnSync('tar', ['-x', '-C', folder], { input: archive, encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar: ${stderr}`);
}
