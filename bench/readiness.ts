/** How long a second `npm start` takes, and the size of its dependencies. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { startServer } from '../test/support/server.ts';
import { PROJECT } from './build.ts';
import { median, round } from './percentiles.ts';
import { nowMs } from './clock.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';

export interface Readiness {
  /** From the start of the process until it prints the URL, with an existing data folder: the median of three. */
  secondStartMs: number;
  /** Dependencies of `npm start`, without those for development. */
  nodeModulesMB: number;
}

export async function measureReadiness(): Promise<Readiness> {
  const data = temporaryFolder('cloud-resume-data-');
  const start = async () => {
    const began = nowMs();
    const server = await startServer(data);
    const ms = nowMs() - began;
    await server.stop();
    return ms;
  };
  await start();
  const secondStartMs = Math.round(median([await start(), await start(), await start()]));
  return { secondStartMs, nodeModulesMB: round((await productionBytes()) / 1e6) };
}

/** Size of the packages that the lock file does not mark as development dependencies. */
async function productionBytes(): Promise<number> {
  const lock = JSON.parse(await readFile(join(PROJECT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
  };
  const folders = Object.entries(lock.packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional)
    .map(([path]) => join(PROJECT, path));
  const sizes = await Promise.all(folders.map((folder) => bytesOf(folder)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Size of a folder's files, without nested packages: the lock file lists those separately. */
async function bytesOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !relative(folder, path).split(sep).includes('node_modules'));
  const sizes = await Promise.all(files.map(async (path) => (await stat(path)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
