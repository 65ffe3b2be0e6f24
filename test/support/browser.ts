/**
 * A real browser for tests: the Chromium of the npm package `@sparticuz/chromium`, with the libraries and fonts that it
 * needs, so the machine need not have any. It is unpacked once (209 MB), beside the packages. The package exists for
 * Linux on x64. On other systems the installed Chrome is used.
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

/** The caller closes it. It does not outlive the process. */
export async function openBrowser(): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return chromium.launch({ channel: 'chrome' });
  const home = await unpacked();
  return chromium.launch({
    executablePath: path.join(home, 'chromium'),
    // The sandbox needs rights that a container or root does not have. The browser sees only our own pages.
    args: ['--no-sandbox', '--headless=shell', '--disable-gpu'],
    env: { ...process.env, LD_LIBRARY_PATH: path.join(home, 'lib'), FONTCONFIG_FILE: path.join(home, 'fonts.conf') },
  });
}

/** The folder of the browser. Several processes may unpack at once; the first one to finish wins. */
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

/** If the browser finds no font at all, it ends at the first character. */
const fontsIn = (folder: string): string =>
  `<?xml version="1.0"?>\n<fontconfig><dir>${folder}</dir><cachedir>${folder}</cachedir></fontconfig>\n`;

function untar(archive: Buffer, folder: string): void {
  const { status, stderr } = spawnSync('tar', ['-x', '-C', folder], { input: archive, encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar: ${stderr}`);
}
