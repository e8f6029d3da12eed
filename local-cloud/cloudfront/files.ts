/** The site's files in memory, each compressed once. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { BuiltSite, SiteFile } from '../../contract/site-manifest.ts';

export type Encoding = 'br' | 'gzip' | 'identity';

/** One file as it is sent. */
export interface ServedFile {
  contentType: string;
  cacheControl: string;
  headers?: Record<string, string>;
  etag: string;
  bodies: Record<Encoding, Buffer>;
}

/** What CloudFront compresses. Everything else is compressed already. */
const COMPRESSIBLE = /^(?:text\/|image\/svg|application\/(?:json|javascript|ld\+json|xml|manifest\+json))/;
/** CloudFront leaves smaller files uncompressed. */
const MIN_BYTES = 1_000;

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

export class SiteFiles {
  readonly contentSecurityPolicy: string;
  readonly #files: Map<string, SiteFile>;
  readonly #contents: BuiltSite['contents'];
  readonly #served = new Map<string, Promise<ServedFile>>();

  constructor({ manifest, contents }: BuiltSite) {
    this.#contents = contents;
    this.#files = new Map(manifest.files.map((file) => [file.path, file]));
    this.contentSecurityPolicy = manifest.contentSecurityPolicy;
  }

  /** The file with that key. The lookup is in a map: no path reaches the disk. */
  get(path: string): Promise<ServedFile> | undefined {
    const file = this.#files.get(path);
    if (!file) return undefined;
    let served = this.#served.get(path);
    if (!served) {
      served = this.#load(file);
      this.#served.set(path, served);
      // After a failure the next request tries again.
      served.catch(() => this.#served.delete(path));
    }
    return served;
  }

  async #load(file: SiteFile): Promise<ServedFile> {
    const identity = Buffer.from(this.#contents.get(file.path)!);
    const compress = COMPRESSIBLE.test(file.contentType) && identity.length >= MIN_BYTES;
    const [br, gz] = compress
      ? await Promise.all([
          brotli(identity, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
          zip(identity, { level: 9 }),
        ])
      : [identity, identity];
    // Not the manifest's hash: `npm run dev` adds to the pages.
    const etag = `"${createHash('sha256').update(identity).digest('base64url').slice(0, 32)}"`;
    return { ...file, etag, bodies: { identity, br, gzip: gz } };
  }
}
