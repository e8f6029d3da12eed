/** How long `npm start` takes the second time, and what its dependencies weigh. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { dataFolder, startServer } from '../test/support/server.ts';
import { PROJECT } from './build.ts';
import { median, round } from './percentiles.ts';
import { nowMs } from './time.ts';

export interface Readiness {
  /** From the process's start until the URL is printed, over an existing data folder: the median of three. */
  secondStartMs: number;
  /** What `npm start` needs, without what only tests need. */
  nodeModulesMB: number;
}

export async function measureReadiness(): Promise<Readiness> {
  const data = await dataFolder();
  const start = async () => {
    const began = nowMs();
    const server = await startServer(data.path);
    const ms = nowMs() - began;
    await server.stop();
    return ms;
  };
  await start();
  const secondStartMs = Math.round(median([await start(), await start(), await start()]));
  await data.remove();
  return { secondStartMs, nodeModulesMB: round((await productionBytes()) / 1e6) };
}

/** Bytes of the packages that the lock file does not mark as needed by development alone. */
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

/** Bytes of a folder's files, without the packages nested in it: those have entries of their own. */
async function bytesOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' ? 0 : bytesOf(path);
      return entry.isFile() ? (await stat(path)).size : 0;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
