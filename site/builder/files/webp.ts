/** WebP by libwebp, compiled to WebAssembly: it needs no build and runs on every platform. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export interface Pixels {
  /** Red, green, blue and alpha of each pixel, row by row. */
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

/** @param quality 0 to 100 */
export async function encodeWebp(pixels: Pixels, quality: number): Promise<Buffer> {
  const { default: encode, init } = await import('@jsquash/webp/encode.js');
  await (init as Init)(await codec('enc/webp_enc_simd.wasm'));
  return Buffer.from(await encode(pixels as ImageData, { quality }));
}

/** Throws if the file is damaged. */
export async function decodeWebp(file: Buffer): Promise<Pixels> {
  const { default: decode, init } = await import('@jsquash/webp/decode.js');
  await (init as Init)(await codec('dec/webp_dec.wasm'));
  return decode(new Uint8Array(file).buffer);
}

type Init = (module: WebAssembly.Module) => Promise<unknown>;

/** The package itself would fetch its module by URL, which Node does not do for files. */
async function codec(path: string): Promise<WebAssembly.Module> {
  const encoder = fileURLToPath(import.meta.resolve('@jsquash/webp/encode.js'));
  return WebAssembly.compile(await readFile(encoder.replace(/encode\.js$/, `codec/${path}`)));
}
