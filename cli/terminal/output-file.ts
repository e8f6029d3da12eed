/** A file that a command writes for its owner. */
import { existsSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { UserError } from '../../shared/user-error.ts';

/** @throws {UserError} where it exists and was not asked to be replaced */
export function refuseExisting(path: string, replace: boolean): void {
  if (!replace && existsSync(path))
    throw new UserError(`${path} exists already.`, 'Choose another name, or replace it with --replace.');
}

/**
 * A file of that name is the whole one or the one before, whatever happens.
 * @throws {UserError} where it cannot be written
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  try {
    const file = await open(`${path}.new`, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError(`${path} cannot be written (${code ?? message}).`, 'Choose another place for it.', {
      cause: error,
    });
  }
}
