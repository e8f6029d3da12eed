/** The photo of `basics.image`, as a file of the site. */
import { readFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { IMAGE_TYPES } from '../../resume/checks/photo.ts';
import { hashedPath, type BuiltFile } from '../output.ts';

/** Above this the photo weighs more than ten résumés; bytes. */
export const LARGE_PHOTO = 200_000;

/** `undefined` where there is none, or it is on another server. Expects a checked `image`. */
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
