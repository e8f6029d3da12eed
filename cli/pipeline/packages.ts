/** Writes the functions' packages to a folder: the same source gives the same bytes. A step of a workflow: `packages.ts FOLDER`. */
import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackages } from '../../functions/package.ts';
import { UserError } from '../../shared/user-error.ts';
import { run } from '../terminal/run.ts';

run(async () => {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new UserError('No folder was given.', 'packages.ts FOLDER');
  const outDirectory = fileURLToPath(new URL('../../dist/functions', import.meta.url));
  const packages = await buildPackages({ outDirectory });
  await mkdir(folder, { recursive: true });
  for (const file of Object.values(packages)) await copyFile(file, join(folder, basename(file)));
});
