/** Files that commands write for their owner. */
import { randomUUID } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { realpath, rename, rm, writeFile } from 'node:fs/promises';
import { UserError } from '../../shared/user-error.ts';

/** Whether the name is taken, also by a symbolic link whose target is missing. */
export function isTaken(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** @throws {UserError} where it exists and may not be replaced */
export function refuseExisting(path: string, replace: boolean): void {
  if (!replace && isTaken(path))
    throw new UserError(`${path} already exists.`, 'Choose another name, or replace it with --replace.');
}

/**
 * Under that name there is always either the whole new file or the one before. A symbolic link stays one: its target is written.
 * @throws {UserError} where it cannot be written
 */
export async function writeFileWhole(path: string, text: string): Promise<void> {
  try {
    const target = isTaken(path) ? await realpath(path) : path;
    const writing = `${target}.${randomUUID()}`;
    try {
      await writeFile(writing, text, { flag: 'wx', flush: true });
      await rename(writing, target);
    } catch (error) {
      await rm(writing, { force: true });
      throw error;
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError(`${path} cannot be written (${code ?? message}).`, 'Choose another place for it.', {
      cause: error,
    });
  }
}
