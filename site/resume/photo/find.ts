/** Finds the photo in `basics.image`: a file near the résumé, a `data:` URL, or a URL on another server. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Problem } from '../../../shared/problem.ts';
import type { Resume } from '../types.ts';
import { hasPosition, imageType } from './image-type.ts';

export type FoundPhoto = { bytes: Buffer } | { remote: string } | { problem: string; hint?: string };

/** Bytes. Cameras make 10 MB. */
export const MAX_PHOTO_SIZE = 30_000_000;
/** Where static site generators keep pictures. */
const FOLDERS = ['', 'public', 'static', 'assets', 'src/assets'];

/** `image` is relative to the résumé's folder, and must not lead out of it. */
export async function findPhoto(image: string, resumeFile: string): Promise<FoundPhoto> {
  if (/^data:/i.test(image)) {
    const [, base64] = /^data:image\/[\w.+-]+;base64,(.*)$/is.exec(image) ?? [];
    if (base64 === undefined) return { problem: 'is a data URL, but not an image in base64' };
    return checked(Buffer.from(base64, 'base64'));
  }
  const url = image.replace(/^\/\//, 'https://');
  if (/^https?:/i.test(url)) return { remote: url };
  const folder = await realpath(dirname(resumeFile));
  for (const place of FOLDERS) {
    const file = await realpath(join(folder, place, image)).catch(() => undefined);
    if (file === undefined) continue;
    if (!file.startsWith(folder.endsWith(sep) ? folder : folder + sep))
      return {
        problem: `is "${image}", which is outside of the résumé's folder`,
        hint: 'Copy the photo next to your résumé.',
      };
    const info = await stat(file);
    // Reading a pipe or a device could take forever.
    if (!info.isFile()) return { problem: `is "${image}", which is not a regular file` };
    if (info.size > MAX_PHOTO_SIZE)
      return { problem: `is "${image}", which is over ${MAX_PHOTO_SIZE / 1e6} MB` };
    return checked(await readFile(file));
  }
  return {
    problem: `is "${shorten(image)}", which does not exist`,
    hint: `Looked in the résumé's folder and in ${FOLDERS.slice(1).join(', ')}.`,
  };
}

/**
 * What to say about a photo. All of it only costs the page its photo.
 * @param fetched the build fetches photos from other servers
 */
export async function photoProblems(resume: Resume, resumeFile: string, fetched = false): Promise<Problem[]> {
  const image = resume.basics?.image;
  if (!image) return [];
  const found = await findPhoto(image, resumeFile);
  const warn = (message: string, hint?: string): Problem[] => [
    {
      severity: 'warning',
      message: `basics.image ${message}`,
      hint,
      path: ['basics', 'image'],
      grouped: true,
    },
  ];
  if ('problem' in found) return warn(`${found.problem}; the page has no photo`, found.hint);
  if ('remote' in found && fetched) return [];
  if ('remote' in found)
    return warn(
      'is on another server; the page has no photo',
      'Build with --fetch-photo, or save the photo next to your résumé.',
    );
  if (!hasPosition(found.bytes)) return [];
  return warn(
    'says where it was taken (GPS). The page gets a copy without it',
    'In a public repository, everyone can read it in the file itself.',
  );
}

export function checked(bytes: Buffer): FoundPhoto {
  if (imageType(bytes)) return { bytes };
  return { problem: 'is not a JPEG, PNG, WebP, GIF or SVG image', hint: 'Save it as JPEG.' };
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
