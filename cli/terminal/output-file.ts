/** Files that commands write for their owner. */
import { existsSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { UserError } from '../../shared/user-error.ts';

/** @throws {UserError} where it exists and may not be replaced */
export function refuseExisting(path: string, replace: boolean): void {
  if (!replace && existsSync(path))
    throw new UserError(`${path} already exists.`, 'Choose another name, or replace it with --replace.');
}

/**
 * Under that name there is always either the whole new file or the one before.
 * @throws {UserError} where it cannot be written
 */
export async function writeFileWhole(path: string, text: string): Promise<void> {
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
