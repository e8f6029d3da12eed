import { readFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { IMAGE_TYPES } from '../../resume/checks/photo.ts';
import { hashedPath, type BuiltFile } from '../output.ts';

/** Warn above this many bytes. */
export const LARGE_PHOTO = 200_000;

/** The photo in `basics.image` as a file of the site; `undefined` if it is missing or remote. Expects a validated `image`. */
export async function photoFile(
  image: string | undefined,
  resumeFile: string,
): Promise<BuiltFile | undefined> {
  if (!image || /^https?:/i.test(image)) return undefined;
  const [, contentType, base64] = /^data:([^;]+);base64,(.*)$/is.exec(image) ?? [];
  if (contentType && base64) {
    const extension = Object.keys(IMAGE_TYPES).find(
      (name) => IMAGE_TYPES[name] === contentType.toLowerCase(),
    );
    return built(`photo${extension}`, contentType.toLowerCase(), Buffer.from(base64, 'base64'));
  }
  const extension = extname(image).toLowerCase();
  return built(
    `photo${extension}`,
    IMAGE_TYPES[extension]!,
    await readFile(resolve(dirname(resumeFile), image)),
  );
}

function built(path: string, contentType: string, content: Buffer): BuiltFile {
  return { path: hashedPath(path, content), contentType, content, hashedName: true };
}
