/** Checks the photo in `basics.image`: a file next to the résumé, or a `data:` URL. */
import { existsSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { isObject } from '../../../shared/path.ts';
import type { Problem } from '../../../shared/problem.ts';

export const IMAGE_TYPES: Record<string, string> = {
  '.avif': 'image/avif',
  '.gif': 'image/gif',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
};

/** The photo's path is relative to `resumeFile`. */
export function checkPhoto(resume: unknown, resumeFile: string): Problem[] {
  const image = isObject(resume) && isObject(resume['basics']) ? resume['basics']['image'] : undefined;
  if (typeof image !== 'string' || !image) return [];
  const path = ['basics', 'image'];
  if (/^https?:/i.test(image)) {
    return [
      {
        severity: 'warning',
        message: 'basics.image is on another server, so the page does not show it',
        hint: 'Save the photo next to your résumé and use its file name. The page loads nothing from other servers.',
        path,
      },
    ];
  }
  if (/^data:/i.test(image)) {
    if (/^data:image\/(avif|gif|jpeg|png|svg\+xml|webp);base64,/i.test(image)) return [];
    return [{ severity: 'error', message: 'basics.image is a data URL, but not an image in base64', path }];
  }
  if (!IMAGE_TYPES[extname(image).toLowerCase()]) {
    const known = Object.keys(IMAGE_TYPES).join(', ');
    return [
      {
        severity: 'error',
        message: `basics.image is "${image}", which is not a supported image type`,
        hint: `Supported types: ${known}.`,
        path,
      },
    ];
  }
  const file = resolve(dirname(resumeFile), image);
  if (existsSync(file)) return [];
  return [
    {
      severity: 'error',
      message: `basics.image is "${image}", which does not exist`,
      hint: `Looked for ${file}.`,
      path,
    },
  ];
}
