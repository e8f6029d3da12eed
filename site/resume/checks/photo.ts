/** The picture in `basics.image`: a file beside the résumé, or a `data:` address. */
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

/** `resumeFile` is the résumé's own path: the picture's is relative to it. */
export function checkPhoto(resume: unknown, resumeFile: string): Problem[] {
  const image = isObject(resume) && isObject(resume['basics']) ? resume['basics']['image'] : undefined;
  if (typeof image !== 'string' || !image) return [];
  const path = ['basics', 'image'];
  if (/^https?:/i.test(image)) {
    return [
      {
        severity: 'warning',
        message: 'basics.image is on another server; the page does not show it',
        hint: 'Save the picture beside your résumé and write its file name: the page loads nothing from elsewhere.',
        path,
      },
    ];
  }
  if (/^data:/i.test(image)) {
    if (/^data:image\/(avif|gif|jpeg|png|svg\+xml|webp);base64,/i.test(image)) return [];
    return [{ severity: 'error', message: 'basics.image is no picture in base64', path }];
  }
  if (!IMAGE_TYPES[extname(image).toLowerCase()]) {
    const known = Object.keys(IMAGE_TYPES).join(', ');
    return [
      {
        severity: 'error',
        message: `basics.image is "${image}", which is no known kind of picture`,
        hint: `Known are: ${known}.`,
        path,
      },
    ];
  }
  const file = resolve(dirname(resumeFile), image);
  if (existsSync(file)) return [];
  return [
    {
      severity: 'error',
      message: `basics.image is "${image}", and there is no such file`,
      hint: `Looked for ${file}.`,
      path,
    },
  ];
}
