/** Compiles `npm start` in a clone, as `npm run package` compiles all commands. */
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildInputs } from '../shared/build-inputs.ts';
import { withLock } from '../shared/lock.ts';
import { PROGRAM } from './configuration/folders.ts';
import { compile } from './package/compile.ts';
import { COMMAND_NAMES } from './program.ts';

const CACHE = join(PROGRAM, '.cache', 'program');

/**
 * @param find the compiled program, if it is up to date
 * @returns its URL; undefined if it cannot be kept, because a source is changing or the folder is write-protected
 */
export async function compileStart(find: () => string | undefined): Promise<string | undefined> {
  try {
    // Of several that start simultaneously, one compiles.
    return await withLock(join(CACHE, 'compile.lock'), () => find() ?? compileNow().then(find), 50);
  } catch {
    return undefined;
  }
}

async function compileNow(): Promise<void> {
  const began = Date.now();
  const name = `start-${began}`;
  const without = COMMAND_NAMES.filter((command) => command !== 'start');
  const inputs = buildInputs(PROGRAM, await compile(join(CACHE, name), '../../..', without), began);
  if (!inputs) return;
  const writing = join(CACHE, 'inputs.json.writing');
  await writeFile(writing, JSON.stringify({ program: `${name}/program.js`, inputs }));
  await rename(writing, join(CACHE, 'inputs.json'));
  // A server may still load parts of the one before.
  const older = (await readdir(CACHE))
    .filter((file) => file.startsWith('start-'))
    .sort()
    .slice(0, -2);
  for (const folder of older) await rm(join(CACHE, folder), { recursive: true });
}
