/** The photo as a file of the site: 256 × 256 pixels of WebP, without the metadata of the camera. */
import { Resvg } from '@resvg/resvg-js';
import { checked, findPhoto, MAX_PHOTO_SIZE, type FoundPhoto } from '../../resume/photo/find.ts';
import { imageType, orientation } from '../../resume/photo/image-type.ts';
import { decodeWebp, encodeWebp, type Pixels } from './webp.ts';
import { hashedPath, type BuiltFile } from '../output.ts';

/** The page shows it at 128 pixels, screens have two for each. */
const SIZE = 256;
/** Bytes. */
const MAX_BUILT_SIZE = 40_000;
/** Milliseconds. */
const FETCH_TIMEOUT = 15_000;

export interface Photo {
  file?: BuiltFile | undefined;
  /** Why there is none. */
  warning?: string | undefined;
}

/** Without a photo, the page goes without. The reader has already said why, unless fetching or decoding failed. */
export async function photoFile(
  image: string | undefined,
  resumeFile: string,
  fetchRemote = false,
): Promise<Photo> {
  if (!image) return {};
  let found: FoundPhoto = await findPhoto(image, resumeFile);
  if ('remote' in found && fetchRemote) {
    found = await fetchPhoto(found.remote);
    if ('problem' in found) return { warning: `basics.image ${found.problem}; the page has no photo.` };
  }
  if (!('bytes' in found)) return {};
  try {
    const content = await shrink(found.bytes);
    return {
      file: { path: hashedPath('photo.webp', content), contentType: 'image/webp', content, hashedName: true },
    };
  } catch (error) {
    return {
      warning: `basics.image cannot be read as an image (${(error as Error).message}); the page has no photo.`,
    };
  }
}

async function fetchPhoto(url: string): Promise<FoundPhoto> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT) });
    if (!response.ok) return { problem: `cannot be fetched: ${url} answers ${response.status}` };
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += (chunk as Uint8Array).length;
      if (size > MAX_PHOTO_SIZE) return { problem: `is over ${MAX_PHOTO_SIZE / 1e6} MB` };
      chunks.push(chunk as Uint8Array);
    }
    return checked(Buffer.concat(chunks));
  } catch (error) {
    const { message, cause } = error as Error;
    return { problem: `cannot be fetched: ${cause instanceof Error ? cause.message : message}` };
  }
}

/** A square from the middle, upright, as WebP. */
async function shrink(bytes: Buffer): Promise<Buffer> {
  const pixels = await square(bytes);
  for (const quality of [82, 60, 30]) {
    const content = await encodeWebp(pixels, quality);
    if (content.length <= MAX_BUILT_SIZE) return content;
  }
  throw new Error('it does not get small enough');
}

/** resvg decodes everything but WebP. */
async function square(bytes: Buffer): Promise<Pixels> {
  const type = imageType(bytes);
  if (type !== 'webp') return render(bytes, type!, orientation(bytes));
  return average(await decodeWebp(bytes));
}

/** EXIF's eight orientations as SVG transforms of a square. */
const TRANSFORMS = [
  '',
  'scale(-1 1)',
  'rotate(180)',
  'scale(1 -1)',
  'rotate(90) scale(1 -1)',
  'rotate(90)',
  'rotate(-90) scale(1 -1)',
  'rotate(-90)',
];

function render(bytes: Buffer, type: string, orientation: number): Pixels {
  const half = SIZE / 2;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE}" height="${SIZE}"><g transform="translate(${half} ${half}) ${TRANSFORMS[orientation - 1]}"><image href="data:image/${type};base64,${bytes.toString('base64')}" x="-${half}" y="-${half}" width="${SIZE}" height="${SIZE}" preserveAspectRatio="xMidYMid slice"/></g></svg>`;
  const image = new Resvg(svg).render();
  if (image.pixels.every((value) => value === 0)) throw new Error('it is damaged or empty');
  return { data: new Uint8ClampedArray(image.pixels), width: image.width, height: image.height };
}

/** Shrinks the square in the middle: each new pixel is the mean of the old ones that it covers. */
function average({ data, width, height }: Pixels): Pixels {
  const side = Math.min(width, height);
  const size = Math.min(SIZE, side);
  const left = (width - side) >> 1;
  const top = (height - side) >> 1;
  const result = new Uint8ClampedArray(size * size * 4);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const sums = [0, 0, 0, 0];
      let count = 0;
      for (let row = Math.floor((y * side) / size); row < ((y + 1) * side) / size; row++) {
        for (let column = Math.floor((x * side) / size); column < ((x + 1) * side) / size; column++) {
          const at = ((top + row) * width + left + column) * 4;
          for (let channel = 0; channel < 4; channel++) sums[channel]! += data[at + channel]!;
          count++;
        }
      }
      for (let channel = 0; channel < 4; channel++)
        result[(y * size + x) * 4 + channel] = sums[channel]! / count;
    }
  }
  return { data: result, width: size, height: size };
}
