/** What kind of image a file is, by its bytes, and what its EXIF data says. */

export type ImageType = 'jpeg' | 'png' | 'gif' | 'webp' | 'svg+xml';

export function imageType(bytes: Buffer): ImageType | undefined {
  const start = bytes.subarray(0, 1_000).toString('latin1');
  if (start.startsWith('\u00ff\u00d8\u00ff')) return 'jpeg';
  if (start.startsWith('\u0089PNG\r\n')) return 'png';
  if (/^GIF8[79]a/.test(start)) return 'gif';
  if (start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP') return 'webp';
  if (/^\W*(<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]/i.test(start)) return 'svg+xml';
  return undefined;
}

/** Whether the image says where it was taken. */
export function hasPosition(bytes: Buffer): boolean {
  return exifTags(bytes).has(GPS);
}

/** EXIF's orientation, 1 to 8: how a camera was held. 1 is upright. */
export function orientation(bytes: Buffer): number {
  const value = exifTags(bytes).get(ORIENTATION) ?? 1;
  return value >= 1 && value <= 8 ? value : 1;
}

const ORIENTATION = 0x0112;
const GPS = 0x8825;

/** The short values of the first directory (TIFF 6.0, EXIF 2.3 §4.6), by tag. */
function exifTags(bytes: Buffer): Map<number, number> {
  const tags = new Map<number, number>();
  const marker = bytes.indexOf(imageType(bytes) === 'png' ? 'eXIf' : 'Exif\0\0', 0, 'latin1');
  const webp = marker < 0 && imageType(bytes) === 'webp' ? bytes.indexOf('EXIF', 12, 'latin1') : -1;
  if (marker < 0 && webp < 0) return tags;
  const tiff = bytes.subarray(marker >= 0 ? marker + (imageType(bytes) === 'png' ? 4 : 6) : webp + 8);
  const little = tiff.toString('latin1', 0, 2) === 'II';
  const short = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const long = (at: number) => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  try {
    const directory = long(4);
    for (let index = 0; index < short(directory); index++) {
      const entry = directory + 2 + index * 12;
      tags.set(short(entry), short(entry + 8));
    }
  } catch {
    // The data is cut off. What was read so far counts.
  }
  return tags;
}
