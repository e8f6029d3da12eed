/** Packs each built function for AWS: `<outDirectory>/<name>.zip`. The same files always give the same bytes. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync, type Zippable } from 'fflate';
import { buildFunctions, FUNCTION_NAMES } from './build.ts';

/** Zip stores local time without a zone, so this is built from local parts. 1980 is its first year. */
const FIXED_TIME = new Date(1980, 0, 1);
/** Upper half of a Unix entry's external attributes: a regular file that everyone may read, as Lambda needs. */
const UNIX = 3;
const READABLE_FILE = (0o100644 << 16) >>> 0;

/**
 * Packs `<outDirectory>/<name>/` into `<outDirectory>/<name>.zip`, for every function.
 * @returns the paths of the zips, by function
 * @throws ENOENT if a function has not been built
 */
export async function packageFunctions({
  outDirectory,
}: {
  outDirectory: string;
}): Promise<Record<(typeof FUNCTION_NAMES)[number], string>> {
  const zips = await Promise.all(
    FUNCTION_NAMES.map(async (name) => {
      const zip = join(outDirectory, `${name}.zip`);
      await writeFile(zip, zipSync(await readFolder(join(outDirectory, name))));
      return [name, zip] as const;
    }),
  );
  return Object.fromEntries(zips) as Record<(typeof FUNCTION_NAMES)[number], string>;
}

/** Bundles the functions into the folder and packs them there. @returns the paths of the zips, by function */
export async function buildPackages(options: { outDirectory: string }): ReturnType<typeof packageFunctions> {
  await buildFunctions(options);
  return packageFunctions(options);
}

/** The files in the folder, sorted by name: the order of `readdir` differs between file systems. */
async function readFolder(folder: string): Promise<Zippable> {
  const files: Zippable = {};
  for (const name of (await readdir(folder)).sort()) {
    const content = await readFile(join(folder, name));
    files[name] = [content, { mtime: FIXED_TIME, os: UNIX, attrs: READABLE_FILE, level: 9 }];
  }
  return files;
}
